"""A cart as the parameters of a Stripe Checkout session."""

import stripe
from stripe.params.checkout import SessionCreateParamsLineItem

from counterfoil.channels.base import CheckoutLine, CheckoutRequest
from counterfoil.channels.stripe_amounts import to_stripe

_SPOKEN = """
    bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl
    pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW
"""
_LOCALES = frozenset(_SPOKEN.split())


def session_params(request: CheckoutRequest) -> stripe.params.checkout.SessionCreateParams:
    """
    Write a cart as Stripe wants it.

    The cart is named three times, because Stripe shows the session's metadata to the session's
    events only and the payment's to those of refunds and disputes.
    """
    metadata = {"cf_cart": request.cart}
    params: stripe.params.checkout.SessionCreateParams = {
        "mode": "payment",
        "line_items": [_line(line, request.currency) for line in request.lines],
        "client_reference_id": request.cart,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "locale": locale_for(request.locale),
    }
    if request.email:
        params["customer_email"] = request.email
    return params


def locale_for(wanted: str) -> str:
    """Give the nearest language Stripe's page speaks; otherwise the browser decides."""
    name = wanted.replace("_", "-")
    language, _, region = name.partition("-")
    for candidate in (f"{language.lower()}-{region.upper()}", language.lower()):
        if candidate in _LOCALES:
            return candidate
    return "auto"


def _line(line: CheckoutLine, currency: str) -> SessionCreateParamsLineItem:
    item: SessionCreateParamsLineItem = {
        "quantity": line.quantity,
        "metadata": {"cf_sku": line.sku},
    }
    if line.price_reference:
        item["price"] = line.price_reference
    else:
        item["price_data"] = {
            "currency": currency.lower(),
            "unit_amount": to_stripe(line.unit_amount, currency),
            "product_data": {"name": line.name, "metadata": {"cf_sku": line.sku}},
        }
    return item
