"""Checkout: what to buy, where to send it, how to pay. No account, and no word of who it is for."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.errors import (
    CartEmpty,
    ChannelRefused,
    CounterfoilError,
    CurrenciesMixed,
    MailInvalid,
    ProductNotSold,
    QuantityInvalid,
    Unavailable,
)
from counterfoil.intake.checkout import start_checkout
from counterfoil.models import Cart, Connection
from counterfoil.operations.open_cart import open_cart
from counterfoil.pages import cart_cookie
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.offering import card, chosen_quantities, way_to_pay
from counterfoil.queries.offers import offers, ways_to_pay
from counterfoil.rules.people import normalise_mail

FORM_INVALID = 422

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What was filled in, and what is wrong with it, by field and by product."""

    quantities: Mapping[str, str] = field(default_factory=dict)
    mail: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    product_errors: Mapping[str, str] = field(default_factory=dict)


@hosted()
def checkout(request: PageRequest) -> HttpResponse:
    """Show what is on sale; what is sent becomes a cart, and the buyer goes to pay it."""
    if request.method != "POST":
        return _page(request, Given())
    quantities = {
        offer.product.sku: request.POST.get(f"quantity_{offer.product.sku}", "")
        for offer in offers()
    }
    mail = request.POST.get("email", "").strip()
    try:
        cart = _open(request, quantities, mail)
        url = _start(request, cart)
    except CounterfoilError as refusal:
        wrong, about = _wrong(refusal)
        if normalise_mail(mail) is None:  # told along with whatever else is wrong
            wrong |= _wrong(MailInvalid())[0]
        by_product = {about: wrong.pop("cart")} if about in quantities else {}
        given = Given(quantities=quantities, mail=mail, errors=wrong, product_errors=by_product)
        return _page(request, given, status=FORM_INVALID)
    response = _go(request, cart, url)
    cart_cookie.bind(response, cart.pk)
    return response


def _open(request: PageRequest, quantities: Mapping[str, str], mail: str) -> Cart:
    """
    Open the cart.

    :raises CounterfoilError: as :func:`open_cart` does; without an address, too.
    """
    wanted = chosen_quantities(quantities)
    if wanted and not mail:
        raise MailInvalid
    return open_cart(
        connection=_connection(request),
        quantities=wanted,
        buyer_mail=mail,
        locale=get_language() or "",
        by=request.visitor.actor,
        at=timezone.now(),
    )


def _connection(request: PageRequest) -> Connection:
    pressed = request.POST.get("connection", "")
    for connection in ways_to_pay():
        if connection.slug == pressed:
            return connection
    raise Unavailable


def _start(request: PageRequest, cart: Cart) -> str:
    """
    Ask the channel where the cart is paid.

    The buyer comes back to the host they came from, for the cookie that shows the codes is there.
    """
    return start_checkout(
        cart=cart,
        success_url=request.build_absolute_uri(reverse("counterfoil:thanks", args=[cart.pk])),
        cancel_url=request.build_absolute_uri(reverse("counterfoil:checkout")),
    )


def _go(request: PageRequest, cart: Cart, url: str) -> HttpResponse:
    """Go to the pay page; to another site over a page of ours, for ``form-action`` forbids more."""
    if url_has_allowed_host_and_scheme(url, {request.get_host()}):
        return redirect(url)
    context = {
        "url": url,
        "provider": cart.connection.name,
        "total_minor": cart.amount_total,
        "currency": cart.currency,
        "is_test": cart.connection.is_test,
    }
    return show(request, "onward", context)


def _page(request: PageRequest, given: Given, *, status: int = 200) -> HttpResponse:
    connections, products, at = ways_to_pay(), offers(), timezone.now()
    first = {products[0].product.sku: "1"} if len(products) == 1 else {}
    quantities = given.quantities or first
    context: dict[str, Any] = {
        "products": [card(one, quantities, given.product_errors, at) for one in products],
        "connections": [way_to_pay(connection) for connection in connections],
        "email": given.mail or request.visitor.mail,
        "errors": given.errors,
        "invalid": bool(given.errors or given.product_errors),
        "is_test": bool(connections) and all(one.is_test for one in connections),
    }
    return show(request, "checkout", context, status=status)


def _wrong(refusal: CounterfoilError) -> tuple[dict[str, str], str]:
    """
    Say what is wrong, by field of the form, and with which product if it is one.

    :raises CounterfoilError: the refusal itself, if the form cannot help it.
    """
    match refusal:
        case CartEmpty():
            text = _("Nothing is chosen yet. Set the quantity of at least one product.")
        case QuantityInvalid():
            text = _("So many cannot be bought at once.")
        case ProductNotSold():
            text = _("This cannot be paid in the way you chose.")
        case CurrenciesMixed():
            text = _("These are priced in different currencies. Please buy them one by one.")
        case MailInvalid():
            text = _("This does not look like an address. One is name@example.com.")
            return {"email": text}, ""
        case Unavailable() | ChannelRefused():
            log.error("a way of paying failed: %s (%s)", refusal.code, refusal.detail)
            text = _("This way of paying does not answer just now. Try again, or use another.")
            return {"connection": text}, ""
        case _:
            raise refusal
    return {"cart": text}, refusal.detail
