"""Ids that sort by time, and the public handles made from them."""

import os
import time
from uuid import UUID

from counterfoil.errors import NotFound

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PREFIX = "ent_"
LENGTH = 26  # 26 symbols of 5 bits hold the 128 bits of a UUID


def uuid7() -> UUID:
    """
    Make a UUID of version 7: 48 bits of milliseconds, then random bits.

    Source: RFC 9562, section 5.7. The random bits come from the operating system.
    """
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def handle_of(entitlement_id: UUID) -> str:
    """Give the public id of an entitlement, safe in URLs, mails to staff and phone calls."""
    value, symbols = entitlement_id.int, []
    for _ in range(LENGTH):
        value, digit = divmod(value, 32)
        symbols.append(ALPHABET[digit])
    return PREFIX + "".join(reversed(symbols))


def order_number_of(cart_id: UUID) -> str:
    """
    Give the number by which people call an order of ours: `9xq2m-t7k4b`, in capitals.

    It is read from the random bits of the id. Two orders in a million million share one, which
    a search then shows both; nothing is found by it alone.
    """
    value, symbols = cart_id.int, []
    for _ in range(10):
        value, digit = divmod(value, 32)
        symbols.append(ALPHABET[digit])
    number = "".join(reversed(symbols)).upper()
    return f"{number[:5]}-{number[5:]}"


def id_of(handle: str) -> UUID:
    """
    Read a handle, forgiving case and look-alikes.

    :raises NotFound: if this is no handle.
    """
    text = handle.strip().lower()
    symbols = text.removeprefix(PREFIX).replace("o", "0").replace("i", "1").replace("l", "1")
    value = 0
    for symbol in symbols:
        value = value * 32 + ALPHABET.find(symbol)
    if text == symbols or len(symbols) != LENGTH or set(symbols) - set(ALPHABET) or value >> 128:
        raise NotFound("This is not the handle of an entitlement.")
    return UUID(int=value)


def uuid_of(text: str | None) -> UUID | None:
    """Read one of our ids as somebody else wrote it, or give ``None`` if it cannot be one."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
