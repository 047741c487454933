"""
The key ring: how codes are found and kept, and everything else that nobody may read.

Keys come from outside the database, 32 random bytes each, numbered, for four purposes that share
none. The highest number is current; up to two older ones are still read by, while what they made
is renewed.

Sources: HMAC is RFC 2104, cut to its left half as its section 5 allows; AES-GCM is NIST
SP 800-38D, whose section 8.3 lets a key seal 2^32 times under random nonces.
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D, 5.2.1.1: 96 bits are recommended for GCM
TAG_BYTES = 16
LOOKUP_BYTES = 16
MOST_KEYS = 3  # the current one and two older
KEY_ID = re.compile(r"[1-9][0-9]{0,4}")
HIGHEST_KEY_ID = 2**15 - 1  # what a smallint column holds
HOW_TO_MAKE_ONE = "Make one with: openssl rand -base64 32"


class Purpose(StrEnum):
    """What a key is for."""

    INDEX = "index"
    SEAL = "seal"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105 - the name of a purpose


class Lookup(NamedTuple):
    """By what a secret is found: the number of the index key, and 16 bytes of keyed hash."""

    key_id: int
    digest: bytes


def code_associated_data(entitlement_id: UUID, code_id: UUID, key_id: int) -> str:
    """Say to which row the ciphertext of a code belongs; moved to another, it does not open."""
    return f"counterfoil:code:1|{entitlement_id}|{code_id}|{key_id}"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of an installation, by purpose and number; it never shows them."""

    keys: Mapping[Purpose, Mapping[int, bytes]] = field(repr=False)

    def __repr__(self) -> str:
        numbers = (f"{purpose}={sorted(keys)}" for purpose, keys in self.keys.items())
        return f"KeyRing({', '.join(numbers)})"

    @classmethod
    def from_settings(cls, settings: Mapping[str, Mapping[str, str]]) -> Self:
        """
        Read the setting ``COUNTERFOIL_KEYS``: purpose -> key id -> base64 of 32 bytes.

        :raises ValueError: if anything is wrong with it; the message shows no key.
        """
        if wrong := problems(settings):
            raise ValueError(" ".join(wrong))
        return cls(
            {
                purpose: {
                    int(number): base64.b64decode(key)
                    for number, key in settings[purpose.value].items()
                }
                for purpose in Purpose
            }
        )

    @classmethod
    def derived(cls, secret: str) -> Self:
        """Make keys from one secret (HKDF, RFC 5869), for development only."""
        return cls(
            {
                purpose: {
                    1: HKDF(
                        algorithm=SHA256(),
                        length=KEY_BYTES,
                        salt=None,
                        info=f"counterfoil:{purpose.value}".encode(),
                    ).derive(secret.encode())
                }
                for purpose in Purpose
            }
        )

    def current(self, purpose: Purpose) -> int:
        """Give the number of the key that is used for what is new."""
        return max(self.keys[purpose])

    def lookup(self, label: str, text: str) -> Lookup:
        """Hash a secret for storing, under the current index key (HMAC-SHA-256, truncated)."""
        return self._lookup(self.current(Purpose.INDEX), label, text)

    def lookups(self, label: str, text: str) -> tuple[Lookup, ...]:
        """
        Hash a secret for finding, under every index key, the current one first.

        All of them are always computed, so that the time taken does not tell which key fits.
        """
        numbers = sorted(self.keys[Purpose.INDEX], reverse=True)
        return tuple(self._lookup(number, label, text) for number in numbers)

    def seal(self, plain: bytes, purpose: Purpose, associated: str) -> tuple[int, bytes]:
        """Encrypt with the current key, bound to ``associated``; gives the key's number too."""
        number = self.current(purpose)
        return number, self.seal_with(self.keys[purpose][number], plain, associated)

    def open_(self, key_id: int, sealed: bytes, purpose: Purpose, associated: str) -> bytes:
        """
        Decrypt what :meth:`seal` made.

        :raises KeyError: if the ring lacks the key.
        :raises cryptography.exceptions.InvalidTag: if it was altered, or belongs elsewhere.
        """
        return self.open_with(self.keys[purpose][key_id], sealed, associated)

    @staticmethod
    def seal_with(key: bytes, plain: bytes, associated: str) -> bytes:
        """Encrypt with AES-256-GCM: 12 bytes of random nonce, ciphertext, 16 bytes of tag."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + _cipher(key).encrypt(nonce, plain, associated.encode())

    @staticmethod
    def open_with(key: bytes, sealed: bytes, associated: str) -> bytes:
        """
        Decrypt what :meth:`seal_with` made.

        :raises cryptography.exceptions.InvalidTag: if it was altered, or belongs elsewhere.
        """
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise InvalidTag
        nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return _cipher(key).decrypt(nonce, ciphertext, associated.encode())

    def _lookup(self, number: int, label: str, text: str) -> Lookup:
        key = self.keys[Purpose.INDEX][number]
        return Lookup(number, hmac.digest(key, (label + text).encode(), "sha256")[:LOOKUP_BYTES])


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def problems(settings: Mapping[str, Mapping[str, str]], *, secret_key: str = "") -> list[str]:
    """
    Name every mistake in the setting ``COUNTERFOIL_KEYS`` and how to mend it, but show no key.

    The setting is written by people, so nothing about its types is taken for granted. No key may
    be Django's ``secret_key`` either, nor be made of its text.
    """
    purposes = ", ".join(Purpose)
    if not isinstance(settings, Mapping):
        return [f"It is no mapping of purposes ({purposes}) to numbered keys."]
    found = [
        f"{purpose!r} is not a purpose of keys; these are: {purposes}."
        for purpose in settings
        if purpose not in set(Purpose)
    ]
    seen: dict[bytes, str] = {secret_key.encode(): "SECRET_KEY"} if secret_key else {}
    for purpose in Purpose:
        found += _problems_of(purpose, settings.get(purpose.value, {}), secret_key, seen)
    return found


def _problems_of(
    purpose: Purpose, keys: Mapping[str, str], secret_key: str, seen: dict[bytes, str]
) -> Iterator[str]:
    if not isinstance(keys, Mapping):
        yield f"{purpose.value!r} is no mapping of numbers to keys."
        return
    if not keys:
        yield f"There is no key for {purpose.value!r}. {HOW_TO_MAKE_ONE}"
    if len(keys) > MOST_KEYS:
        yield f"{purpose.value!r} has more than {MOST_KEYS} keys: remove the lowest."
    for number, text in keys.items():
        name, key = f"{purpose}/{number}", _decoded(text)
        if not KEY_ID.fullmatch(str(number)) or int(number) > HIGHEST_KEY_ID:
            yield f"{name}: a key is numbered from 1 to {HIGHEST_KEY_ID}, without leading zeros."
        if key is None:
            yield f"{name} is not base64. {HOW_TO_MAKE_ONE}"
        elif len(key) != KEY_BYTES:
            yield f"{name} has {len(key)} bytes instead of {KEY_BYTES}. {HOW_TO_MAKE_ONE}"
        elif len(set(key)) == 1:
            yield f"{name} is one byte repeated. {HOW_TO_MAKE_ONE}"
        elif key in seen or text == secret_key:
            yield f"{name} is the same key as {seen.get(key, 'SECRET_KEY')}. {HOW_TO_MAKE_ONE}"
        else:
            seen[key] = name


def _decoded(text: object) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except (binascii.Error, ValueError):
        return None
