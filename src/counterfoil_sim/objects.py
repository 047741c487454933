"""Objects as Stripe writes them."""

from typing import Any

from counterfoil_sim.store import Obj


def session(
    *, reference: str, mode: str, currency: str, subtotal: int, created: int, url: str, **more: Any
) -> Obj:
    """Write a checkout session that nobody has paid yet."""
    return {
        "id": reference,
        "object": "checkout.session",
        "amount_subtotal": subtotal,
        "amount_total": subtotal,
        "cancel_url": None,
        "client_reference_id": None,
        "collected_information": {"shipping_details": None},
        "created": created,
        "currency": currency,
        "custom_fields": [],
        "customer": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "customer_email": None,
        "expires_at": created + 86400,
        "invoice": None,
        "livemode": False,
        "locale": None,
        "metadata": {},
        "mode": mode,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_types": ["card", "sepa_debit"],
        "payment_status": "unpaid",
        "recovered_from": None,
        "status": "open",
        "subscription": None,
        "success_url": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": url,
        **more,
    }


def item(*, reference: str, price: Obj, name: str, quantity: int, metadata: Obj) -> Obj:
    """Write one line of a session."""
    subtotal = price["unit_amount"] * quantity
    return {
        "id": reference,
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": subtotal,
        "amount_tax": 0,
        "amount_total": subtotal,
        "currency": price["currency"],
        "description": name,
        "metadata": metadata,
        "price": price,
        "quantity": quantity,
    }


def price(
    *, reference: str, currency: str, unit_amount: int, product: str, created: int, **more: Any
) -> Obj:
    """Write a price that is paid once per unit."""
    return {
        "id": reference,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product,
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit_amount,
        "unit_amount_decimal": str(unit_amount),
        **more,
    }


def product(*, reference: str, name: str, metadata: Obj, created: int) -> Obj:
    """Write a product."""
    return {
        "id": reference,
        "object": "product",
        "active": True,
        "created": created,
        "livemode": False,
        "metadata": metadata,
        "name": name,
    }


def payment_intent(
    *, reference: str, amount: int, currency: str, status: str, metadata: Obj, created: int
) -> Obj:
    """Write the payment of a session."""
    return {
        "id": reference,
        "object": "payment_intent",
        "amount": amount,
        "amount_received": amount if status == "succeeded" else 0,
        "canceled_at": None,
        "created": created,
        "currency": currency,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata,
        "status": status,
    }


def charge(*, reference: str, payment: Obj, status: str, created: int) -> Obj:
    """Write one attempt to collect a payment."""
    return {
        "id": reference,
        "object": "charge",
        "amount": payment["amount"],
        "amount_captured": payment["amount"] if status == "succeeded" else 0,
        "amount_refunded": 0,
        "captured": status == "succeeded",
        "created": created,
        "currency": payment["currency"],
        "disputed": False,
        "livemode": False,
        "metadata": dict(payment["metadata"]),
        "paid": status == "succeeded",
        "payment_intent": payment["id"],
        "refunded": False,
        "status": status,
    }


def refund(
    *,
    reference: str,
    charge: Obj,
    amount: int,
    status: str,
    metadata: Obj,
    reason: str | None,
    created: int,
) -> Obj:
    """Write a refund."""
    return {
        "id": reference,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "status": status,
    }


def dispute(
    *, reference: str, charge: Obj, amount: int, status: str, reason: str, created: int
) -> Obj:
    """Write a dispute, or an inquiry, which is a dispute before money moves."""
    return {
        "id": reference,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "evidence_details": {"has_evidence": False, "past_due": False, "submission_count": 0},
        "is_charge_refundable": status.startswith("warning"),
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": status,
    }


def webhook_endpoint(*, reference: str, url: str, created: int) -> Obj:
    """Write an endpoint that is told everything."""
    return {
        "id": reference,
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": created,
        "description": None,
        "enabled_events": ["*"],
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }
