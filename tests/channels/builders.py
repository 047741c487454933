"""Stripe objects written by hand for the tests: only the fields an adapter may look at."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from counterfoil.channels.base import Envelope
from counterfoil.channels.signatures import signature_header

SAMPLES = Path(__file__).parents[3] / "shared/channel-data/stripe/events_derived"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SECRET = "whsec_current"
OLD_SECRET = "whsec_previous"


def session(reference: str = "cs_test_one", **changes: Any) -> dict[str, Any]:
    return {
        "id": reference,
        "object": "checkout.session",
        "mode": "payment",
        "status": "complete",
        "payment_status": "paid",
        "livemode": False,
        "currency": "eur",
        "amount_total": 5000,
        "created": 1795250000,
        "client_reference_id": "cart-from-reference",
        "metadata": {"cf_cart": "cart-1"},
        "payment_intent": {
            "id": "pi_one",
            "status": "succeeded",
            "latest_charge": {"id": "ch_one", "created": 1795250100},
        },
        "customer_details": {"email": "buyer@example.com", "name": "Bea Buyer"},
        "locale": "de",
        **changes,
    }


def item(reference: str = "li_one", **changes: Any) -> dict[str, Any]:
    return {
        "id": reference,
        "object": "item",
        "description": "Kit",
        "quantity": 2,
        "amount_subtotal": 5000,
        "amount_total": 5000,
        "currency": "eur",
        "metadata": {},
        "price": {
            "id": "price_kit",
            "lookup_key": "KIT",
            "unit_amount": 2500,
            "metadata": {"cf_sku": "KIT-1"},
            "product": {"id": "prod_kit", "metadata": {"cf_sku": "KIT-1"}},
        },
        **changes,
    }


def refund(reference: str = "re_one", **changes: Any) -> dict[str, Any]:
    return {
        "id": reference,
        "object": "refund",
        "amount": 2500,
        "currency": "eur",
        "status": "succeeded",
        "created": 1795260000,
        "metadata": {},
        "payment_intent": "pi_one",
        "reason": None,
        **changes,
    }


def dispute(reference: str = "dp_one", **changes: Any) -> dict[str, Any]:
    return {
        "id": reference,
        "object": "dispute",
        "amount": 5000,
        "currency": "eur",
        "status": "needs_response",
        "created": 1795270000,
        "payment_intent": "pi_one",
        "reason": "fraudulent",
        **changes,
    }


def event(
    topic: str, subject: dict[str, Any], *, reference: str = "evt_one", **changes: Any
) -> bytes:
    values = {
        "id": reference,
        "object": "event",
        "type": topic,
        "livemode": False,
        "created": 1795250000,
        "data": {"object": subject},
        **changes,
    }
    return json.dumps(values).encode()


def envelope(
    body: bytes,
    *,
    secret: str = SECRET,
    signed_at: datetime = NOW,
    received_at: datetime = NOW,
    name: str = "stripe-signature",
) -> Envelope:
    header = signature_header(body, secret=secret, at=signed_at)
    return Envelope(body=body, headers={name: header}, received_at=received_at)
