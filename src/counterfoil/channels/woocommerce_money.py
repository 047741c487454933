"""Amounts and refunds as WooCommerce writes them, in our words, and ours in theirs."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from counterfoil.channels.woocommerce_status import moment
from counterfoil.errors import OrderInvalid
from counterfoil.rules.money import minor_units
from counterfoil.rules.orders import OrderRefund, RefundedLine, RefundStatus

REFUNDED_ITEM = "_refunded_item_id"
KEY_META, UNITS_META = "_counterfoil_refund", "_counterfoil_units"

_WHOLE = re.compile(r"-?[0-9]{1,12}(\.0{1,9})?\Z", re.ASCII)
_SCIENTIFIC = re.compile(r"-?[0-9](\.[0-9]{1,20})?[eE][-+]?[0-9]{1,2}\Z", re.ASCII)
MARK = re.compile(r"\s*\[cf-[0-9a-f]{12}\]\Z")


def amount_of(source: Mapping[str, Any], *fields: str, currency: str) -> int:
    """
    Add up amounts, which are written as decimals, and give minor units.

    They are added before they are rounded: a line's total and its tax may both have fractions of a
    cent, and only together they are what was paid.

    :raises OrderInvalid: if one is missing, or not an amount.
    """
    exact = sum((_decimal(source, field) for field in fields), Decimal(0))
    try:
        return minor_units(f"{exact:f}", currency)
    except ValueError as error:
        raise OrderInvalid(f"{fields[0]} is not an amount") from error


def whole_number(source: Mapping[str, Any], field: str) -> int:
    """
    Read a quantity.

    :raises OrderInvalid: if it is not a whole one: some plugins sell a metre and a half.
    """
    value = source.get(field)
    written = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not _WHOLE.match(written):
        raise OrderInvalid(f"{field} is not a whole number: {written[:20]!r}")
    return int(Decimal(written))


def refunds_of(refunds: Iterable[Mapping[str, Any]], *, currency: str) -> tuple[OrderRefund, ...]:
    """
    Read the refunds of an order, oldest first.

    WooCommerce gives back so many of a line (it counts them negative), or an amount of a line
    without saying how many, or an amount of the order, which is money only. There is no status:
    what is listed has happened.

    :raises OrderInvalid: if one has no id, amount or date.
    """
    return tuple(refund_of(refund, currency) for refund in sorted(refunds, key=_order))


def refund_of(refund: Mapping[str, Any], currency: str) -> OrderRefund:
    """
    Read one refund.

    :raises OrderInvalid: if it has no id, amount or date.
    """
    taken = tuple(
        RefundedLine(line=line, quantity=quantity, amount=amount)
        for line, (quantity, amount) in _items(refund, currency).items()
    )
    at = moment(refund, "date_created_gmt")
    if at is None:
        raise OrderInvalid("a refund without a date")
    units = tuple(re.findall(r"[A-Za-z0-9_]{1,60}", meta_text(refund, UNITS_META)))
    reason = refund.get("reason")
    return OrderRefund(
        reference=reference_of(refund),
        amount=abs(amount_of(refund, "amount", currency=currency)),
        currency=currency,
        status=RefundStatus.SUCCEEDED,
        at=at,
        lines=() if units else taken,
        units=units,
        money_only=not taken and not units,
        reason=MARK.sub("", reason.replace("\x00", "")) if isinstance(reason, str) else "",
    )


def reference_of(refund: Mapping[str, Any]) -> str:
    """
    Give the id of a refund.

    :raises OrderInvalid: if it has none.
    """
    reference = refund.get("id")
    if not isinstance(reference, int) or isinstance(reference, bool) or reference <= 0:
        raise OrderInvalid("a refund without id")
    return str(reference)


def meta_text(source: Mapping[str, Any], key: str) -> str:
    """Give what is written on something under this key."""
    for entry in source.get("meta_data") or []:
        if isinstance(entry, Mapping) and entry.get("key") == key:
            value = entry.get("value")
            return str(value) if isinstance(value, str | int) else ""
    return ""


def _items(refund: Mapping[str, Any], currency: str) -> dict[str, tuple[int, int]]:
    """Give how many and how much went back of each line that a refund names."""
    found: dict[str, tuple[int, int]] = {}
    items = refund.get("line_items") or []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise OrderInvalid("the items of a refund are no list")
    for item in items:
        # Without it nobody can tell which line is meant, and a person is asked.
        reference = meta_text(item, REFUNDED_ITEM) or f"item {item.get('id')} of a refund"
        quantity = abs(whole_number(item, "quantity"))
        amount = abs(amount_of(item, "total", "total_tax", currency=currency))
        if quantity or amount:
            before = found.get(reference, (0, 0))
            found[reference] = (before[0] + quantity, before[1] + amount)
    return found


def _order(refund: Mapping[str, Any]) -> tuple[str, int]:
    return str(refund.get("date_created_gmt")), int(reference_of(refund))


def _decimal(source: Mapping[str, Any], field: str) -> Decimal:
    value = source.get(field)
    if value == "" and field.endswith("_tax"):
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise OrderInvalid(f"{field} is missing")
    written = str(value)
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,20})?", written, re.ASCII) and not (
        _SCIENTIFIC.match(written)
    ):
        raise OrderInvalid(f"{field} is not an amount: {written[:20]!r}")
    return round(Decimal(written), 10)
