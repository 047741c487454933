"""The values of an order file: references, numbers, money and days, each read strictly."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from counterfoil.rules.money import exponent
from counterfoil.rules.people import normalise_mail

MOST_UNITS = 100_000
MOST_MINOR = 10**15
LONGEST_REFERENCE = 200
LONGEST_NAME = 200
LONGEST_MESSAGE = 2_000
FIRST_YEAR, LAST_YEAR = 1995, 2100

_SHORTENED = re.compile(r"[0-9][.,][0-9]+E\+?[0-9]+", re.IGNORECASE)
_AS_TEXT = re.compile(r'="([^"]*)"')
_COUNT = re.compile(r"([0-9]{1,9})(?:[.,]0{1,2})?")
_PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
_GROUPED = tuple(
    (mark, re.compile(rf"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+(?:[{mark}][0-9]+)?"))
    for group, mark in ((",", "."), ("[.]", ","), (" ", ".,"), ("'", "."))
)
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_DAY = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?:[ T]+(.*))?")
_STARTS_WITH_YEAR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

GOOD_STATUSES = frozenset(
    {
        *("approved", "closed", "complete", "completed", "confirmed", "delivered", "fulfilled"),
        *("invoiced", "new", "open", "ordered", "paid", "partiallyshipped", "processing"),
        *("readytoship", "released", "sent", "shipped", "unshipped"),
    }
)


class CellWrong(Exception):
    """A cell does not say what it has to; the sentence names it."""


class DayOrder(StrEnum):
    """What comes first where a day is written with numbers alone."""

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"


def reference(text: str, name: str) -> str:
    """Read an order number, order line or SKU; one that a spreadsheet spoiled is refused."""
    value = _unwrapped(text)
    if not value:
        raise CellWrong(f"The {name} is missing.")
    if _SHORTENED.fullmatch(value):
        raise CellWrong(f"A spreadsheet has shortened the {name} to {value[:40]}.")
    if len(value) > LONGEST_REFERENCE or not value.isprintable():
        raise CellWrong(f"The {name} is too long, or holds characters that cannot be printed.")
    return value


def quantity(text: str) -> int:
    """Read how many were ordered."""
    found = _COUNT.fullmatch(text.strip()) if text.isascii() else None
    if found is None:
        raise CellWrong(f"The quantity {shown(text)} is not a whole number.")
    count = int(found[1])
    if not 1 <= count <= MOST_UNITS:
        raise CellWrong(f"The quantity {count} is not between 1 and {MOST_UNITS:,}.")
    return count


def currency(text: str) -> str:
    """Read a currency by its three letters."""
    value = text.strip()
    if not value.isascii() or not _CURRENCY.fullmatch(value):
        raise CellWrong(f"{shown(text)} is not the three letters of a currency.")
    return value.upper()


def amount(text: str, unit: str) -> int:
    """
    Read money as a whole number of minor units, whichever way decimals are marked.

    What can be read in two ways is refused: 1.234 is a thousand to some, and not to others.
    """
    value = " ".join(text.split())
    value = value.removeprefix(unit).removesuffix(unit).strip()
    places = exponent(unit)
    number = _decimal(value, places) if value.isascii() and len(value) <= 40 else None
    if number is None:
        raise CellWrong(f"The price {shown(text)} cannot be read, or can be read in two ways.")
    minor = number.scaleb(places)
    if minor != minor.to_integral_value():
        raise CellWrong(f"The price {shown(text)} has more decimals than {unit} has.")
    if minor > MOST_MINOR:
        raise CellWrong(f"The price {shown(text)} is too large.")
    return int(minor)


def _decimal(value: str, places: int) -> Decimal | None:
    if found := _PLAIN.fullmatch(value):
        whole, decimals = found[1], found[2] or ""
        if len(decimals) == 3 and (places != 3 or "," in value):
            return None
        return Decimal(f"{whole}.{decimals or 0}")
    for marks, grouped in _GROUPED:
        if grouped.fullmatch(value):
            whole, *decimals = re.split(f"[{marks}]", value)
            digits = re.sub(r"[^0-9]", "", whole)
            return Decimal(f"{digits}.{decimals[0] if decimals else 0}")
    return None


def moment(text: str, order: DayOrder) -> datetime:
    """Read a day or moment; without a zone it is UTC."""
    value = text.strip()
    try:
        found = _moment(value, order) if value.isascii() else None
    except (ValueError, OverflowError):
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellWrong(f"{shown(text)} is not a day that can be read.")
    return found


def _moment(value: str, order: DayOrder) -> datetime | None:
    value = value.removesuffix(" UTC")
    if _STARTS_WITH_YEAR.match(value):
        read = datetime.fromisoformat(value)
    elif found := _DAY.fullmatch(value):
        first, mark, second, year, hour = found.groups()
        day_first = mark == "." or (order is DayOrder.DAY_FIRST)
        day, month = (first, second) if day_first else (second, first)
        read = datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{hour or '00:00'}")
    else:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def day_order_in(text: str) -> DayOrder | None:
    """Tell what comes first in this day, if it can be only one: nothing has a 13th month."""
    found = _DAY.fullmatch(text.strip())
    if found is None or found[2] == ".":
        return None
    first, second = int(found[1]), int(found[3])
    if first > 12 >= second:
        return DayOrder.DAY_FIRST
    return DayOrder.MONTH_FIRST if second > 12 >= first else None


def is_unclear_day(text: str) -> bool:
    """Tell whether a day could be read with either first."""
    found = _DAY.fullmatch(text.strip())
    return found is not None and found[2] != "." and day_order_in(text) is None


def mail(text: str, name: str) -> str | None:
    """Read a mail address, or ``None`` where none is given; a wrong one is not repeated."""
    if not text.strip():
        return None
    address = normalise_mail(text)
    if address is None:
        raise CellWrong(f"The {name} cannot be one.")
    return address


def free_text(text: str, name: str, longest: int) -> str:
    """Read a name or a message; too long a one is refused, not cut."""
    value = text.strip()
    if len(value) > longest:
        raise CellWrong(f"The {name} is longer than {longest:,} characters.")
    return value


def refuse_unless_sold(text: str) -> None:
    """Refuse an order whose status says that it is not to be fulfilled, or nobody knows what."""
    status = re.sub(r"[^a-z]", "", text.casefold())
    if status not in GOOD_STATUSES:
        raise CellWrong(f"The status is {shown(text)}: nothing is issued for that.")


def shown(text: str) -> str:
    """Quote a value for a sentence, as much of it as one can read."""
    value = "".join(letter if letter.isprintable() else "·" for letter in text.strip())
    return f"“{value[:40]}…”" if len(value) > 40 else f"“{value}”"


def _unwrapped(text: str) -> str:
    """Take off what keeps a spreadsheet from reading a reference as a number."""
    value = text.strip()
    wrapped = _AS_TEXT.fullmatch(value)
    return wrapped[1].strip() if wrapped else value
