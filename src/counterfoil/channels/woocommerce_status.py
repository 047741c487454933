"""What the status of a WooCommerce order means for its payment."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from counterfoil.errors import OrderInvalid
from counterfoil.rules.orders import PaymentStatus


class Meaning(StrEnum):
    """What may be said of a status."""

    PAID = "paid"
    WAITING = "waiting"
    DEAD = "dead"


Statuses = tuple[tuple[str, Meaning], ...]
"""The statuses of a site's plugins, and what its owner says they mean."""

_MEANINGS = {
    "processing": Meaning.PAID,
    "completed": Meaning.PAID,
    "pending": Meaning.WAITING,
    "on-hold": Meaning.WAITING,
    "checkout-draft": Meaning.WAITING,
    "auto-draft": Meaning.WAITING,
    "cancelled": Meaning.DEAD,
    "failed": Meaning.DEAD,
    "refunded": Meaning.DEAD,
    "trash": Meaning.DEAD,
}
_NOBODY_PAYS_YET = ("pending", "checkout-draft", "auto-draft")


def meaning_of(status: str, statuses: Statuses) -> Meaning:
    """
    Say what a status means.

    Of a plugin's own status only its owner knows what it means. Unless told, it is taken for a
    stage of the work on a paid order (*packed*, *shipped*), which nearly all of them are: whether
    it is paid is then decided by the date of the payment alone.
    """
    return dict(statuses).get(status) or _MEANINGS.get(status) or Meaning.PAID


def is_dead(order: Mapping[str, Any], statuses: Statuses) -> bool:
    """Tell whether nothing may come of this order any more."""
    return meaning_of(status_of(order), statuses) is Meaning.DEAD


def has_paid(order: Mapping[str, Any], statuses: Statuses) -> bool:
    """Tell whether an order says that it is paid; what cannot be read says nothing."""
    try:
        paid_at = moment(order, "date_paid_gmt")
    except OrderInvalid:
        return False
    return paid_at is not None and meaning_of(status_of(order), statuses) is Meaning.PAID


def payment_of(order: Mapping[str, Any], statuses: Statuses) -> PaymentStatus:
    """
    Say how the payment of an order stands.

    WooCommerce writes the date when money has come, and keeps it. An order that has one and was
    cancelled afterwards stays paid (and cancelled); one that was put back on hold awaits again,
    which issues no more and withdraws nothing. Cash on delivery is *processing* without a date.
    """
    status = status_of(order)
    paid = moment(order, "date_paid_gmt") is not None
    match meaning_of(status, statuses):
        case Meaning.PAID:
            return PaymentStatus.PAID if paid else PaymentStatus.AWAITING
        case Meaning.WAITING:
            unpaid = PaymentStatus.OPEN if status in _NOBODY_PAYS_YET else PaymentStatus.AWAITING
            return PaymentStatus.AWAITING if paid else unpaid
        case Meaning.DEAD:
            unpaid = PaymentStatus.FAILED if status == "failed" else PaymentStatus.EXPIRED
            return PaymentStatus.PAID if paid else unpaid


def status_of(order: Mapping[str, Any]) -> str:
    """Give the status; the database's own ``wc-`` is sometimes left on it."""
    status = order.get("status")
    return status.removeprefix("wc-") if isinstance(status, str) else ""


def moment(source: Mapping[str, Any], field: str) -> datetime | None:
    """
    Give a moment, from one of the fields that end in ``_gmt``: the others are the site's own time.

    :raises OrderInvalid: if it is not a time.
    """
    value = source.get(field)
    if value is None or value == "":
        return None
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise OrderInvalid(f"{field} is not a time") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
