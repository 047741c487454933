"""Messages as Shopify writes and signs them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.shopify_double import SHOP
from tests.shopify_orders import LINE, ORDER

OLD_SECRET, NEW_SECRET, SHOP_SECRET = "shpss_older", "shpss_newer", "store_specific"


def body_of(**fields: Any) -> bytes:
    """Write a body as Shopify does: without spaces."""
    return json.dumps(fields, separators=(",", ":")).encode()


def order_body(number: int = ORDER, *, status: str = "paid", **more: Any) -> bytes:
    """Write what an order's topics send, in full."""
    return body_of(
        id=number,
        admin_graphql_api_id=f"gid://shopify/Order/{number}",
        financial_status=status,
        test=False,
        updated_at="2026-11-20T10:00:03-05:00",
        line_items=[{"id": LINE, "quantity": 2, "current_quantity": 2}],
        **more,
    )


def refund_body(number: int = ORDER, **more: Any) -> bytes:
    """Write what ``refunds/create`` sends."""
    return body_of(
        id=890_088_186_047_892_319, order_id=number, refund_line_items=[], transactions=[], **more
    )


def signature(body: bytes, secret: str = OLD_SECRET) -> str:
    """Sign a body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def headers_of(
    body: bytes,
    *,
    secret: str = OLD_SECRET,
    webhook_id: str = "93f05f1d-0000-4000-8000-000000000001",
    topic: str = "orders/paid",
    shop: str = SHOP,
    prefix: str = "X-Shopify-",
    **more: str,
) -> Mapping[str, str]:
    """Write the headers that go with a body."""
    given = {
        "Topic": topic,
        "Hmac-Sha256": signature(body, secret),
        "Shop-Domain": shop,
        "API-Version": "2026-10",
        "Webhook-Id": webhook_id,
        "Event-Id": "8a8a59e5-0000-4000-9000-000000000001",
        "Triggered-At": "2026-11-20T15:00:04.123456789Z",
        **more,
    }
    return {f"{prefix}{name}": value for name, value in given.items()}
