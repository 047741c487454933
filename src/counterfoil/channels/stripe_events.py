"""How a Stripe event names the order it is about."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from counterfoil.errors import Malformed

SESSION_TOPICS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
PAYMENT_TOPICS = (
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refunded",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
TOPICS = SESSION_TOPICS + PAYMENT_TOPICS

_NAME = re.compile(r"[A-Za-z0-9_.]{1,255}\Z")
_PAID = ("paid", "no_payment_required")
_PAYING_TOPICS = ("checkout.session.completed", "checkout.session.async_payment_succeeded")


def name_of(event: Mapping[str, Any], field: str) -> str:
    """
    Give an identifier of the event.

    :raises Malformed: if it is missing or not a plain identifier.
    """
    value = event.get(field)
    if not isinstance(value, str) or not _NAME.match(value):
        raise Malformed(f"no usable {field}")
    return value


def pointer_of(event: Mapping[str, Any], *, modes: Collection[str]) -> str | None:
    """
    Give the session or payment an event is about, if it is one that concerns orders.

    A session of another mode concerns none: the mode is the one thing that never changes, so the
    event may be believed.
    """
    topic = event.get("type")
    subject = _subject(event)
    if topic in SESSION_TOPICS:
        if subject.get("mode", "payment") not in modes:
            return None
        return identifier(subject.get("id"), prefix="cs_")
    if topic in PAYMENT_TOPICS:
        return identifier(subject.get("payment_intent"), prefix="pi_")
    return None


def claims_paid(event: Mapping[str, Any]) -> bool:
    """Tell whether the event says that a session was paid."""
    if event.get("type") not in _PAYING_TOPICS:
        return False
    return _subject(event).get("payment_status") in _PAID


def identifier(value: object, *, prefix: str) -> str | None:
    """Give the id of an object that may be written out in full or by its id alone."""
    if isinstance(value, Mapping):
        value = value.get("id")
    if isinstance(value, str) and value.startswith(prefix) and _NAME.match(value):
        return value
    return None


def _subject(event: Mapping[str, Any]) -> Mapping[str, Any]:
    data = event.get("data")
    subject = data.get("object") if isinstance(data, Mapping) else None
    return subject if isinstance(subject, Mapping) else {}
