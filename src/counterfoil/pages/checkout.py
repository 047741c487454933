"""Checkout: what to buy, where to send it, how to pay."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import ngettext

from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.queries.offers import Offer, offers

YEAR, MONTH = 365, 30  # days; only to say lengths the way people do


@hosted()
def checkout(request: PageRequest) -> HttpResponse:
    """Show what is on sale."""
    products = [_card(offer, {}) for offer in offers()]
    return show(request, "checkout", {"products": products, "connections": []})


def _card(offer: Offer, chosen: Mapping[str, int]) -> dict[str, Any]:
    product = offer.product
    return {
        "key": product.sku,
        "name": product.name,
        "description": product.description,
        "price_minor": product.unit_amount,
        "currency": product.currency,
        "quantity": chosen.get(product.sku, 0),
        "quantity_max": 100,
        "validity": validity(offer.terms.valid_days),
    }


def validity(days: int | None) -> str:
    """Say how long something is valid, in the largest unit that says it exactly."""
    if days is None:
        return ""
    if days and days % YEAR == 0:
        years = days // YEAR
        return ngettext("Valid for one year", "Valid for %(n)s years", years) % {"n": years}
    if days and days % MONTH == 0:
        months = days // MONTH
        return ngettext("Valid for one month", "Valid for %(n)s months", months) % {"n": months}
    return ngettext("Valid for one day", "Valid for %(n)s days", days) % {"n": days}
