"""How what is on sale, and the ways to pay for it, are put on the checkout page."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.errors import QuantityInvalid
from counterfoil.models import Connection
from counterfoil.queries.offers import Offer

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


def card(
    offer: Offer, given: Mapping[str, str], errors: Mapping[str, str], at: datetime
) -> dict[str, Any]:
    """
    Describe one product on sale, with what was filled in for it.

    Until when it is valid, bought now, is said as a day: 730 days are not always two years.
    """
    product = offer.product
    return {
        "key": product.sku,
        "name": product.name,
        "description": product.description,
        "price_minor": product.unit_amount,
        "currency": product.currency,
        "quantity": given.get(product.sku, "0"),
        "quantity_max": conf.CART_LIMIT,
        "valid_until": offer.terms.expires_at(at),
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
