"""Open a cart for somebody who wants to buy."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.errors import (
    CartEmpty,
    CurrenciesMixed,
    MailInvalid,
    ProductNotSold,
    QuantityInvalid,
)
from counterfoil.models import Cart, Connection, Contact, Person, Product
from counterfoil.operations._people import person_for
from counterfoil.rules.people import Actor, normalise_mail


@transaction.atomic
def open_cart(
    *,
    connection: Connection,
    quantities: Mapping[str, int],
    by: Actor,
    at: datetime,
    buyer_mail: str = "",
    locale: str = "",
) -> Cart:
    """
    Put products into a new cart, at the prices they have now.

    ``quantities`` gives how many of each product, by sku. Only what the connection can issue for
    is taken, so that nobody pays for what they will not get. The address may be left out; the
    channel asks for one then, or there is none.

    :raises CartEmpty: if there is nothing in it.
    :raises QuantityInvalid: if there are none or too many of something; the detail is its sku.
    :raises ProductNotSold: if something is not on sale through this connection, likewise.
    :raises CurrenciesMixed: if not everything is priced in one currency.
    :raises MailInvalid: if the address is given, and no mail can reach it.
    """
    if not quantities:
        raise CartEmpty
    for sku, quantity in quantities.items():
        if not 1 <= quantity <= conf.CART_LIMIT:
            raise QuantityInvalid(sku[:64])
    lines, currency = _lines(connection, quantities)
    return Cart.objects.create(
        connection=connection,
        buyer=_buyer(buyer_mail, locale, at),
        lines=lines,
        currency=currency,
        amount_total=sum(line["unit_amount"] * line["quantity"] for line in lines),
        locale=locale[:16],
        created_at=at,
    )


def _lines(
    connection: Connection, quantities: Mapping[str, int]
) -> tuple[list[dict[str, Any]], str]:
    keys = [f"sku:{sku}" for sku in quantities if "\x00" not in sku]
    sold = Product.objects.filter(
        sku__in=[key.removeprefix("sku:") for key in keys],
        on_sale=True,
        productmapping__connection=connection,
        productmapping__key__in=keys,
    )
    products = {product.sku: product for product in sold.distinct()}
    if missing := [sku for sku in quantities if sku not in products]:
        raise ProductNotSold(missing[0][:64])
    currencies = {product.currency for product in products.values()}
    if len(currencies) > 1:
        raise CurrenciesMixed(", ".join(sorted(currencies)))
    lines = [
        {
            "reference": str(number),
            "sku": sku,
            "name": products[sku].name,
            "unit_amount": products[sku].unit_amount,
            "quantity": quantity,
        }
        for number, (sku, quantity) in enumerate(quantities.items(), start=1)
    ]
    return lines, currencies.pop()


def _buyer(mail: str, locale: str, at: datetime) -> Person | None:
    if not mail.strip():
        return None
    if normalise_mail(mail) is None:
        raise MailInvalid
    return person_for(Contact(mail=mail, locale=locale[:16]), at=at)
