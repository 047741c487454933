"""Key rings of tests: the settings' own, with second keys, or without the first."""

import base64
from collections.abc import Mapping

from tests.settings import COUNTERFOIL_KEYS

Ring = Mapping[str, Mapping[str, str]]


def with_second(*purposes: str) -> Ring:
    """Give the ring with a second key for these purposes, or for all."""
    return {
        purpose: {**keys, **({"2": _second(purpose)} if purpose in (purposes or _ALL) else {})}
        for purpose, keys in COUNTERFOIL_KEYS.items()
    }


def without_first(*purposes: str) -> Ring:
    """Give the ring once the first keys of these purposes, or of all, were taken away."""
    return {
        purpose: {"2": _second(purpose)} if purpose in (purposes or _ALL) else keys
        for purpose, keys in COUNTERFOIL_KEYS.items()
    }


def with_third(purpose: str) -> Ring:
    """Give the ring with a third key for this purpose."""
    third = base64.b64encode(bytes(range(128, 160))).decode()
    ring = with_second(purpose)
    return {**ring, purpose: {**ring[purpose], "3": third}}


def _second(purpose: str) -> str:
    first = 32 * _ALL.index(purpose)
    return base64.b64encode(bytes(range(first, first + 32))).decode()


_ALL = tuple(COUNTERFOIL_KEYS)
