"""
Reading single values out of Shopify's answers: ids, money, times, words.

What an order cannot do without is required and refused by name; everything else may be missing, and
Shopify leaves out much of it where an app is not allowed to see it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from counterfoil.channels.shopify_webhooks import legacy_id
from counterfoil.errors import OrderInvalid
from counterfoil.rules.money import minor_units

Data = Mapping[str, Any]


def text(value: object) -> str:
    """Give a text, or an empty one; PostgreSQL has no room for NUL, and no name needs one."""
    return value.replace("\x00", "") if isinstance(value, str) else ""


def mapping(value: object) -> Data:
    """Give an object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def several(value: object) -> list[Data]:
    """Give the objects of a list, written directly or as the nodes of a page."""
    listed = value.get("nodes") if isinstance(value, Mapping) else value
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def number_of(thing: Data) -> str:
    """
    Give the number of an object.

    :raises OrderInvalid: if it has none.
    """
    found = legacy_id(thing.get("id"))
    if found is None:
        raise OrderInvalid("an object without an id")
    return found


def reference(thing: object) -> str:
    """Give the number of an object that need not be there, or an empty text."""
    return legacy_id(mapping(thing).get("id")) or ""


def count(thing: Data, field: str) -> int:
    """
    Give a quantity.

    :raises OrderInvalid: if it is not a whole number, or less than nothing.
    """
    value = thing.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise OrderInvalid(f"{field} is no quantity")
    return value


def money(bag: object, *, currency: str) -> int:
    """
    Give an amount in minor units, in the currency the buyer pays in.

    :raises OrderInvalid: if it is missing or in another currency.
    """
    found = mapping(mapping(bag).get("presentmentMoney") or bag)
    if text(found.get("currencyCode")) != currency:
        raise OrderInvalid("an amount in another currency than its order")
    try:
        return minor_units(text(found.get("amount")), currency)
    except ValueError as error:
        raise OrderInvalid("an amount that is none") from error


def moment(value: object) -> datetime | None:
    """Give a time that says its zone, if it is one."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    try:
        return found.astimezone(UTC) if found.tzinfo else None
    except (OverflowError, ValueError):
        return None


def required_moment(thing: Data, field: str) -> datetime:
    """
    Give a time.

    :raises OrderInvalid: if it is none.
    """
    found = moment(thing.get(field))
    if found is None:
        raise OrderInvalid(f"{field} is no time")
    return found
