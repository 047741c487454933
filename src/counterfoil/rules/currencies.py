"""The currencies there are."""

from babel.numbers import list_currencies

CURRENCIES = frozenset(list_currencies())
"""Their codes (ISO 4217)."""
