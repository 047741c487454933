"""After paying: whether it worked, and the codes, once, to the browser that paid."""

import logging
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.intake.converging import converge_order
from counterfoil.models.ids import id_of
from counterfoil.pages.cart_cookie import is_bound
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.queries.bought import BoughtCode, Checkout, Outcome, codes_of, find_checkout
from counterfoil.queries.gifts import GivenGift, standings_of
from counterfoil.web.qr import claim_url, draw

logger = logging.getLogger(__name__)


@hosted()
def thanks(request: PageRequest, cart_id: UUID) -> HttpResponse:
    """Show how a checkout ended; whoever did not pay there sees no code."""
    checkout = find_checkout(cart_id)
    if checkout is None:
        raise NotFound
    context = _facts(checkout)
    if checkout.outcome is not Outcome.PAID:
        return show(request, "thank_you", context | {"state": checkout.outcome})
    if is_bound(request, cart_id) and checkout.shows_codes(timezone.now()):
        context |= _codes(checkout)
    state = "ready" if context.get("codes") else "sent"
    return show(request, "thank_you", context | {"state": state})


@hosted(post_only_beside="counterfoil:checkout")
def thanks_check(request: PageRequest, cart_id: UUID) -> HttpResponse:
    """Ask the channel once more, as its message would have made us do."""
    checkout = find_checkout(cart_id)
    if checkout is None:
        raise NotFound
    cart, is_open = checkout.cart, checkout.outcome in (Outcome.CONFIRMING, Outcome.AWAITING)
    if is_open and cart.external_reference and is_bound(request, cart_id):
        try:
            converge_order(connection=cart.connection, pointer=cart.external_reference)
        except CounterfoilError as refusal:  # the sweep asks again; the page says that it lasts
            logger.warning("cart %s was not confirmed: %s", cart_id, refusal.code)
    return redirect("counterfoil:thanks", cart_id)


def _facts(checkout: Checkout) -> dict[str, Any]:
    cart, purchase = checkout.cart, checkout.purchase
    buyer = (purchase and purchase.buyer) or cart.buyer
    contact = buyer.contact() if buyer else None
    return {
        "cart_id": cart.pk,
        "order_reference": purchase.called if purchase else "",
        "masked_email": contact.masked if contact else "",
        "is_test": cart.connection.is_test,
    }


def _codes(checkout: Checkout) -> dict[str, Any]:
    purchase = checkout.purchase
    if purchase is None:
        return {}
    codes = codes_of(purchase)
    gifts = standings_of([id_of(one.handle) for one in codes], now=timezone.now())
    return {
        "codes": [_shown(one, gifts.get(id_of(one.handle))) for one in codes],
        "asks_for_whom": any(one.needs_subject for one in codes),
        "shown_until": checkout.shown_until,
        "total_minor": purchase.amount_total,
        "currency": purchase.currency,
    }


def _shown(bought: BoughtCode, gift: GivenGift | None) -> dict[str, Any]:
    url = claim_url(bought.code)
    return {
        "code": bought.code,
        "product": bought.product,
        "qr": draw(url),
        "claim_url": url,
        "valid_until": bought.valid_until,
        "waiting_until": bought.waiting_until,
        "handle": bought.handle,
        "gift": gift,
    }
