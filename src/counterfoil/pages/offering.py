"""How what is on sale, and the ways to pay for it, are put on the checkout page."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.conf import conf
from counterfoil.errors import QuantityInvalid
from counterfoil.models import Connection
from counterfoil.queries.offers import Offer

YEAR, MONTH = 365, 30  # days; only to say lengths the way people do
QUANTITY = re.compile(r"[0-9]{1,6}")


def chosen_quantities(given: Mapping[str, str]) -> dict[str, int]:
    """
    Read how many of each product are wanted, leaving out what is not.

    :raises QuantityInvalid: if something else than a number was given; the detail is the sku.
    """
    wanted: dict[str, int] = {}
    for sku, text in given.items():
        number = text.strip() or "0"
        if not QUANTITY.fullmatch(number):
            raise QuantityInvalid(sku)
        if int(number):
            wanted[sku] = int(number)
    return wanted


def card(offer: Offer, given: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """Describe one product on sale, with what was filled in for it."""
    product = offer.product
    return {
        "key": product.sku,
        "name": product.name,
        "description": product.description,
        "price_minor": product.unit_amount,
        "currency": product.currency,
        "quantity": given.get(product.sku, "0"),
        "quantity_max": conf.CART_LIMIT,
        "validity": validity(offer.terms.valid_days),
        "error": errors.get(product.sku, ""),
    }


def way_to_pay(connection: Connection) -> dict[str, str]:
    """Describe one way to pay, as a button."""
    if connection.channel == "native":
        label, hint = _("Pay with the test payment"), _("For trying this out: no money moves.")
    else:
        label, hint = _("Pay by card"), _("You pay at %(name)s and come back here.")
    named = {"name": connection.name}
    return {"key": connection.slug, "label": label, "hint": hint % named}


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
