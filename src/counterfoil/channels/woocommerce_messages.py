"""What WooCommerce's webhooks say: how they are signed, and which order they name."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from counterfoil.channels.base import Notice
from counterfoil.channels.woocommerce_status import Statuses, has_paid
from counterfoil.errors import Forged, Malformed

SIGNATURE_HEADER = "x-wc-webhook-signature"
DELIVERY_HEADER = "x-wc-webhook-delivery-id"
TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")

_PING = re.compile(rb"webhook_id=[0-9]{1,20}\Z")
_ORDER = re.compile(r"[1-9][0-9]{0,19}\Z", re.ASCII)
_STATUS = re.compile(r"[a-z0-9_-]{1,40}\Z")
_HEADER_LIMIT = 200


def is_ping(body: bytes) -> bool:
    """Tell whether this is the knock that is sent when a webhook is saved: unsigned, and empty."""
    return _PING.match(body) is not None


def verify(body: bytes, *, signature: str | None, secrets: tuple[str, ...]) -> str:
    """
    Say which secret signed this body, counted from ``"1"``.

    No time is signed, so a message of last year is as authentic as one of now.

    :raises Forged: if no secret fits.
    """
    if not signature:
        raise Forged("not signed")
    if len(signature) > _HEADER_LIMIT:
        raise Forged("the signature header is too long")
    given = signature.strip().encode("utf-8", "replace")
    for number, secret in enumerate(secrets, start=1):
        if secret.strip() and hmac.compare_digest(sign(body, secret).encode(), given):
            return str(number)
    raise Forged("no secret fits" if any(s.strip() for s in secrets) else "no secret configured")


def sign(body: bytes, secret: str) -> str:
    """Give the signature of a body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def order_id(value: object) -> str | None:
    """Give the id of an order as text, if it can be one; WordPress writes it either way."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and _ORDER.match(value) else None


def notice_of(
    message: Mapping[str, Any],
    *,
    raw: bytes,
    delivery: str,
    key: str,
    is_test: bool,
    statuses: Statuses,
) -> Notice:
    """
    Say what an authentic message points to.

    Topic and order come from the body. The id of the delivery is not signed, and the same for all
    that a webhook sends in one second, so it is only mixed into ours: it can make a message new (an
    order may be trashed twice, and both times all that is said is its id), and never make two
    different ones the same.

    :raises Malformed: if it names no order and is nothing else that WooCommerce sends.
    """
    pointer = order_id(message.get("id"))
    if pointer is None and not _concerns_no_order(message):
        raise Malformed("no usable id")
    digest = hashlib.sha256(delivery[:_HEADER_LIMIT].encode("utf-8", "replace") + b"." + raw)
    return Notice(
        message_id=f"{pointer or 'none'}-{digest.hexdigest()[:40]}",
        topic=_topic(message, pointer),
        pointer=pointer,
        is_test=is_test,
        key=key,
        claims_paid=pointer is not None and has_paid(message, statuses),
    )


def _concerns_no_order(message: Mapping[str, Any]) -> bool:
    """
    Tell a webhook whose owner may not read orders any more, or that is about something else.

    Refusing these would only have WooCommerce switch the webhook off.
    """
    is_error = isinstance(message.get("code"), str) and "message" in message
    return is_error or isinstance(message.get("action"), str)


def _topic(message: Mapping[str, Any], pointer: str | None) -> str:
    if pointer is None:
        return "order.unreadable"
    status = message.get("status")
    if isinstance(status, str) and _STATUS.match(status):
        return f"order.{status}"
    return "order.deleted" if set(message) == {"id"} else "order"
