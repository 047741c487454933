"""
What Shopify's messages are and what they are about.

Shopify signs the body and nothing else: neither the topic, nor the shop, nor a time. So what a
message means is read from the body, and the headers serve only to refuse it and to drop repeats.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from counterfoil.channels.base import PrivacyRequest
from counterfoil.channels.shopify_api import shop_of
from counterfoil.errors import Forged, Malformed

_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,150}\Z")
_ID = re.compile(r"(?:gid://shopify/[A-Za-z]{1,60}/)?([1-9][0-9]{0,19})\Z", re.ASCII)
_LARGEST_ID = 2**64 - 1
_SHORT = 60


class Meaning(StrEnum):
    """What a body is, as its own fields show."""

    ORDER = "order"
    ORDER_EDIT = "order_edit"
    REFUND = "refund"
    DISPUTE = "dispute"
    OF_ORDER = "of_order"
    SHOP = "shop"
    PRIVACY = "privacy"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a body says that may be believed: which order, and whether it was paid."""

    meaning: Meaning
    order: str | None = None
    is_test: bool | None = None
    claims_paid: bool = False
    privacy: PrivacyRequest | None = None


def header(headers: Mapping[str, str], name: str) -> str:
    """Give a header of either style, ``x-shopify-…`` or ``shopify-…``."""
    return headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}") or ""


def fitting_key(body: bytes, signature: str, *, keys: Sequence[tuple[str, str]]) -> str:
    """
    Say which of these named secrets signed a body; empty ones never fit.

    :raises Forged: if none did.
    """
    given = signature.strip().encode()
    usable = [(name, secret) for name, secret in keys if secret.strip()]
    for name, secret in usable:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        if hmac.compare_digest(base64.b64encode(digest), given):
            return name
    raise Forged("no secret fits" if usable else "no secret configured")


def refuse_other_shops(claimed: object, *, shop: str) -> None:
    """
    Do nothing, unless a message names another shop than the connection's, or none.

    :raises Forged: if it does.
    """
    if shop_of(claimed) != shop:
        raise Forged("it comes from another shop")


def name_of(claimed: str, body: bytes) -> str:
    """Give what a delivery is called; the digest of its body, where it has no usable name."""
    if _NAME.match(claimed):
        return claimed
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def content_of(body: Mapping[str, Any], *, shop: str) -> Content:
    """
    Read from its own fields what a body is about.

    :raises Malformed: if it is about an order and names none that can be.
    :raises Forged: if it says itself that it is about another shop.
    """
    match _meaning(body):
        case Meaning.ORDER:
            return Content(
                meaning=Meaning.ORDER,
                order=_required_id(body.get("id") or body.get("admin_graphql_api_id")),
                is_test=_flag(body.get("test")),
                claims_paid=body.get("financial_status") == "paid",
            )
        case Meaning.ORDER_EDIT:
            edit = body["order_edit"]
            return Content(meaning=Meaning.ORDER_EDIT, order=_required_id(edit.get("order_id")))
        case Meaning.SHOP:
            refuse_other_shops(body.get("myshopify_domain"), shop=shop)
            return Content(meaning=Meaning.SHOP)
        case Meaning.PRIVACY:
            refuse_other_shops(body.get("shop_domain"), shop=shop)
            return Content(meaning=Meaning.PRIVACY, privacy=_privacy(body))
        case Meaning.OTHER:
            return Content(meaning=Meaning.OTHER)
        case part:
            order = _required_id(body.get("order_id"))
            return Content(meaning=part, order=order, is_test=_tested(body))


def legacy_id(value: object) -> str | None:
    """Give the number of an object as text, from a number, its text, or a global id."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    found = _ID.match(text)
    return found[1] if found and int(found[1]) <= _LARGEST_ID else None


def _meaning(body: Mapping[str, Any]) -> Meaning:
    if isinstance(body.get("order_edit"), Mapping):
        return Meaning.ORDER_EDIT
    if "shop_domain" in body and "shop_id" in body:
        return Meaning.PRIVACY
    if "order_id" in body:
        if "refund_line_items" in body:
            return Meaning.REFUND
        return Meaning.DISPUTE if "evidence_due_by" in body else Meaning.OF_ORDER
    if str(body.get("admin_graphql_api_id") or "").startswith("gid://shopify/Order/") or (
        isinstance(body.get("line_items"), list) and "financial_status" in body
    ):
        return Meaning.ORDER
    if "myshopify_domain" in body:
        return Meaning.SHOP
    if not legacy_id(body.get("id")):
        raise Malformed("it names nothing")
    return Meaning.OTHER


def _required_id(value: object) -> str:
    found = legacy_id(value)
    if found is None:
        raise Malformed("no usable id of an order")
    return found


def _flag(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise Malformed("neither live nor test")


def _tested(body: Mapping[str, Any]) -> bool | None:
    """Tell whether the money of a refund was play money, where there was any."""
    listed = body.get("transactions")
    flags = [one.get("test") for one in listed or () if isinstance(one, Mapping)] if listed else []
    return any(flag is True for flag in flags) if flags else None


def _privacy(body: Mapping[str, Any]) -> PrivacyRequest:
    """Read what somebody asks of us about personal data, keeping numbers only."""
    customer = body.get("customer")
    person = legacy_id(customer.get("id")) if isinstance(customer, Mapping) else None
    export = body.get("data_request")
    if isinstance(export, Mapping):
        asks, listed = "export", body.get("orders_requested")
        number = legacy_id(export.get("id"))
    else:
        asks, listed = (
            "erase" if customer is not None else "erase_shop",
            body.get("orders_to_redact"),
        )
        number = None
    orders = [legacy_id(one) for one in listed] if isinstance(listed, list) else []
    reference = ":".join(part for part in (asks, number or person) if part)[:_SHORT]
    return PrivacyRequest(
        asks=asks,
        reference=reference,
        person=person or "",
        orders=tuple(order for order in orders if order),
    )
