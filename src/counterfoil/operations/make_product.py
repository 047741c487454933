"""Put a new product into the catalogue."""

from datetime import datetime

from django.db import IntegrityError, transaction

from counterfoil.errors import SkuTaken
from counterfoil.models import Product
from counterfoil.operations._auditing import note
from counterfoil.operations._catalogue import add_version, told
from counterfoil.rules.people import Actor
from counterfoil.rules.products import ProductFacts, refuse_unsound
from counterfoil.rules.terms import Terms


@transaction.atomic
def make_product(
    *, sku: str, facts: ProductFacts, terms: Terms, by: Actor, at: datetime
) -> Product:
    """
    Put a product into the catalogue with the first version of its terms, not on sale yet.

    Channels yield entitlements for it as soon as something is mapped to it; our own checkout
    offers it once it is put on sale.

    :raises ProductInvalid: if it has no usable name, SKU, price or currency.
    :raises TermsInvalid: if nothing can be sold under these terms.
    :raises SkuTaken: if there is a product with this SKU.
    """
    refuse_unsound(facts, sku=sku or "?")
    try:
        with transaction.atomic():
            product = Product.objects.create(
                sku=sku,
                name=facts.name.strip(),
                description=facts.description.strip(),
                unit_amount=facts.unit_amount,
                currency=facts.currency,
                on_sale=False,
                created_at=at,
            )
    except IntegrityError as taken:
        raise SkuTaken from taken
    add_version(product, terms, version=1, by=by, at=at)
    note(
        "make_product",
        connection=None,
        subject=f"product:{sku}",
        by=by,
        at=at,
        data={"before": None, "after": told(product)},
    )
    return product
