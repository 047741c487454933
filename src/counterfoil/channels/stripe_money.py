"""Refunds and disputes as Stripe writes them, in our words."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from counterfoil.channels.base import RefundRequest
from counterfoil.channels.stripe_amounts import from_stripe
from counterfoil.errors import OrderInvalid
from counterfoil.rules.orders import (
    DisputeStatus,
    OrderDispute,
    OrderRefund,
    RefundedLine,
    RefundStatus,
)

VALUE_LIMIT = 500
_QUANTITY = re.compile(r"[0-9]{1,6}\Z")
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def refund_of(refund: Mapping[str, Any]) -> OrderRefund:
    """
    Read a refund and what our own metadata says it is for.

    :raises OrderInvalid: if it has no id, amount or currency.
    """
    metadata = refund.get("metadata") or {}
    money = _money(refund)
    return OrderRefund(
        **money,
        status=_refund_status(refund.get("status")),
        lines=_lines(metadata, money["amount"]),
        units=_units(metadata),
        reason=refund.get("reason") or "",
    )


def dispute_of(dispute: Mapping[str, Any]) -> OrderDispute:
    """
    Read a dispute.

    :raises OrderInvalid: if it has no id, amount or currency.
    """
    return OrderDispute(
        **_money(dispute),
        status=_dispute_status(dispute.get("status")),
        reason=dispute.get("reason") or "",
    )


def refund_metadata(request: RefundRequest) -> dict[str, str]:
    """
    Write down what a refund is for, in the form ``refund_of`` reads.

    One value of metadata holds 500 characters, so many handles are spread over several keys.
    """
    metadata = {"cf_line": request.line} if request.line else {}
    if request.quantity is not None:
        metadata["cf_quantity"] = str(request.quantity)
    key, number = "cf_units", 1
    for handle in request.units:
        longer = f"{metadata[key]},{handle}" if key in metadata else handle
        if len(longer) > VALUE_LIMIT:
            number += 1
            key, longer = f"cf_units_{number}", handle
        metadata[key] = longer
    return metadata


def refund_reason(reason: str) -> str | None:
    """Give the reason if it is one that Stripe knows."""
    return reason if reason in _REASONS else None


def moment(seconds: object) -> datetime:
    """
    Give the time Stripe wrote as seconds.

    :raises OrderInvalid: if it is not a time.
    """
    try:
        return datetime.fromtimestamp(int(str(seconds)), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise OrderInvalid("not a time") from error


def _money(source: Mapping[str, Any]) -> dict[str, Any]:
    reference, amount, currency = source.get("id"), source.get("amount"), source.get("currency")
    if not (isinstance(reference, str) and isinstance(amount, int) and isinstance(currency, str)):
        raise OrderInvalid(f"{source.get('object', 'object')} without id, amount or currency")
    return {
        "reference": reference,
        "amount": from_stripe(amount, currency),
        "currency": currency.upper(),
        "at": moment(source.get("created")),
    }


def _lines(metadata: Mapping[str, Any], amount: int) -> tuple[RefundedLine, ...]:
    if not (line := metadata.get("cf_line")):
        return ()
    said = str(metadata.get("cf_quantity") or "")
    quantity = int(said) if _QUANTITY.match(said) else 0
    return (RefundedLine(line=str(line), quantity=quantity, amount=amount),)


def _units(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    keys = sorted((key for key in metadata if re.match(r"cf_units(_\d+)?\Z", key)), key=_part)
    return tuple(unit for key in keys for unit in re.split(r"[,\s]+", str(metadata[key])) if unit)


def _part(key: str) -> int:
    return int(key.removeprefix("cf_units").removeprefix("_") or 1)


def _refund_status(status: object) -> RefundStatus:
    match status:
        case "succeeded":
            return RefundStatus.SUCCEEDED
        case "failed" | "canceled":
            return RefundStatus.FAILED
        case _:
            return RefundStatus.PENDING


def _dispute_status(status: object) -> DisputeStatus:
    match status:
        case "warning_needs_response" | "warning_under_review":
            return DisputeStatus.INQUIRY
        case "warning_closed" | "prevented":
            return DisputeStatus.INQUIRY_CLOSED
        case "won":
            return DisputeStatus.WON
        case "lost":
            return DisputeStatus.LOST
        case _:
            # Appeals and words we do not know yet: money is in question, so hold and decide later.
            return DisputeStatus.OPEN
