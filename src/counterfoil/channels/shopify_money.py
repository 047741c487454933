"""
Refunds and disputes of Shopify in our words, and refunds that we ask for.

A refund at Shopify names lines and quantities, and is independent of money that moves: one whose
payment failed has still taken its lines off the order.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from counterfoil.channels.base import RefundRequest
from counterfoil.channels.shopify_values import (
    count,
    mapping,
    moment,
    money,
    number_of,
    required_moment,
    several,
    text,
)
from counterfoil.errors import ChannelRefused
from counterfoil.rules.money import decimal_text
from counterfoil.rules.orders import (
    DisputeStatus,
    OrderDispute,
    OrderRefund,
    RefundedLine,
    RefundStatus,
)

Data = Mapping[str, Any]

_MARK = re.compile(r"\[cf ([0-9a-f-]{36})((?: ent_[A-Za-z0-9]{1,64})*)\]")
_MOVED = ("SALE", "CAPTURE")
_MOST_UNITS_NOTED = 40
_CHARGEBACKS = {
    "WON": DisputeStatus.WON,
    "LOST": DisputeStatus.LOST,
    "ACCEPTED": DisputeStatus.LOST,
    "PREVENTED": DisputeStatus.INQUIRY_CLOSED,
    "CHARGE_REFUNDED": DisputeStatus.INQUIRY_CLOSED,
}
_OPEN = frozenset({"NEEDS_RESPONSE", "UNDER_REVIEW"})


def refund_of(
    refund: Data, *, lines: Sequence[Data], currency: str, taxes_included: bool
) -> OrderRefund:
    """
    Read a refund.

    Its lines are off the order whatever became of the money, so with lines it has succeeded; only
    one that names none waits for its money, or fails with it.

    :raises OrderInvalid: if it lacks what every refund has.
    """
    taken = tuple(
        _refunded_line(one, currency=currency, taxes_included=taxes_included)
        for one in lines
        if one.get("quantity") != 0
    )
    moved = several(refund.get("transactions"))
    note = text(refund.get("note"))
    return OrderRefund(
        reference=number_of(refund),
        amount=_amount(refund, moved, currency),
        currency=currency,
        status=RefundStatus.SUCCEEDED if taken else _status(moved),
        at=moment(refund.get("createdAt")) or required_moment(refund, "processedAt"),
        lines=taken,
        units=_units(note) if taken else (),
        money_only=not taken,
        reason=note[:200],
    )


def dispute_of(dispute: Data, *, details: Data, order: Data, currency: str) -> OrderDispute:
    """
    Read a dispute; without its details, which need a permission, it is about the whole order.

    :raises OrderInvalid: if it lacks what every dispute has.
    """
    amount = mapping(details.get("amount"))
    same = text(amount.get("currencyCode")) == currency
    return OrderDispute(
        reference=number_of(dispute),
        amount=money(amount if same else order.get("totalPriceSet"), currency=currency),
        currency=currency,
        status=_dispute_status(dispute),
        at=moment(details.get("initiatedAt")) or required_moment(order, "processedAt"),
    )


def key_of(request: RefundRequest) -> str:
    """Give the key under which Shopify makes a refund once, in the form it expects."""
    return str(uuid5(NAMESPACE_URL, f"counterfoil:refund:{request.idempotency_key}"))


def made_before(order: Data, *, key: str) -> str | None:
    """Give the refund that carries our mark, if it was made already."""
    for refund in several(order.get("refunds")):
        mark = _MARK.search(text(refund.get("note")))
        if mark and mark[1] == key:
            return text(refund.get("id"))
    return None


def refund_input(request: RefundRequest, *, order: Data, key: str) -> dict[str, Any]:
    """
    Write down a refund for Shopify: the money from where it came, the lines by name.

    :raises ChannelRefused: if there is not so much money to give back.
    """
    units = "".join(f" {unit}" for unit in request.units[:_MOST_UNITS_NOTED])
    wanted: dict[str, Any] = {
        "orderId": order["id"],
        "currency": request.currency,
        "note": f"{request.reason[:200]} [cf {key}{units}]".strip(),
        "notify": False,
        "transactions": _from_where_it_came(request, order),
    }
    if request.line:
        quantity = request.quantity or len(request.units) or 1
        wanted["refundLineItems"] = [
            {
                "lineItemId": f"gid://shopify/LineItem/{request.line}",
                "quantity": quantity,
                "restockType": "NO_RESTOCK",
            }
        ]
    return wanted


def _from_where_it_came(request: RefundRequest, order: Data) -> list[dict[str, Any]]:
    left, parts = request.amount, []
    for payment in several(order.get("transactions")):
        if payment.get("status") != "SUCCESS" or payment.get("kind") not in _MOVED:
            continue
        whole = money(payment.get("amountSet"), currency=request.currency)
        most = mapping(payment.get("maximumRefundableV2"))
        known = text(most.get("currencyCode")) == request.currency
        room = money(most, currency=request.currency) if known else whole
        share = min(left, room)
        if share > 0:
            left -= share
            parts.append(
                {
                    "orderId": order["id"],
                    "parentId": payment["id"],
                    "gateway": text(payment.get("gateway")),
                    "kind": "REFUND",
                    "amount": decimal_text(share, request.currency),
                }
            )
    if left:
        raise ChannelRefused("that is more than can be given back")
    return parts


def _refunded_line(line: Data, *, currency: str, taxes_included: bool) -> RefundedLine:
    amount = money(line.get("subtotalSet"), currency=currency)
    if not taxes_included:
        amount += money(line.get("totalTaxSet"), currency=currency)
    return RefundedLine(
        line=number_of(mapping(line.get("lineItem"))),
        quantity=count(line, "quantity"),
        amount=amount,
    )


def _amount(refund: Data, moved: Sequence[Data], currency: str) -> int:
    """Give the money that went back: what succeeded, where Shopify tells it in parts."""
    if not moved:
        return max(money(refund.get("totalRefundedSet"), currency=currency), 0)
    counted = ("SUCCESS", "PENDING", "AWAITING_RESPONSE", "UNKNOWN")
    return sum(
        money(one.get("amountSet"), currency=currency)
        for one in moved
        if one.get("status") in counted
    )


def _status(moved: Sequence[Data]) -> RefundStatus:
    statuses = {text(one.get("status")) for one in moved}
    if not statuses or "SUCCESS" in statuses:
        return RefundStatus.SUCCEEDED
    return RefundStatus.FAILED if statuses <= {"FAILURE", "ERROR"} else RefundStatus.PENDING


def _units(note: str) -> tuple[str, ...]:
    """Give the entitlements that a refund of ours named in its note."""
    mark = _MARK.search(note)
    return tuple(mark[2].split()) if mark else ()


def _dispute_status(dispute: Data) -> DisputeStatus:
    """Say how a dispute stands; a word we do not know holds, and is decided later."""
    status = text(dispute.get("status"))
    if dispute.get("initiatedAs") == "INQUIRY":
        return DisputeStatus.INQUIRY if status in _OPEN else DisputeStatus.INQUIRY_CLOSED
    return _CHARGEBACKS.get(status, DisputeStatus.OPEN)
