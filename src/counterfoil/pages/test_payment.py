"""The pay page of the built-in test payment, in place of a payment provider's."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.errors import NotFound
from counterfoil.intake.paying import pay_test
from counterfoil.pages.cart_cookie import is_bound
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.queries.bought import Checkout, Outcome, find_checkout


@hosted()
def test_payment(request: PageRequest, cart_id: UUID) -> HttpResponse:
    """Show what is to be paid; a press pays it. Only the browser that made the cart sees it."""
    checkout = find_checkout(cart_id)
    if checkout is None or not is_bound(request, cart_id) or not checkout.is_test_payment:
        raise NotFound
    if checkout.outcome is not Outcome.CONFIRMING:
        return redirect("counterfoil:thanks", cart_id)
    if request.method != "POST":
        return show(request, "test_payment", _context(checkout))
    pay_test(cart_id=cart_id, by=request.visitor.actor)
    return redirect("counterfoil:thanks", cart_id)


def _context(checkout: Checkout) -> dict[str, object]:
    cart = checkout.cart
    contact = cart.buyer.contact() if cart.buyer else None
    return {
        "lines": [
            {
                "product": line["name"],
                "quantity": line["quantity"],
                "total_minor": line["quantity"] * line["unit_amount"],
            }
            for line in cart.lines
        ],
        "total_minor": cart.amount_total,
        "currency": cart.currency,
        "email": contact.mail if contact else "",
        "outcomes": [{"key": "pay", "label": _("Pay")}],
        "cancel_url": reverse("counterfoil:checkout"),
        "is_test": True,
    }
