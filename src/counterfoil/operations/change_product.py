"""Change what a product is called and costs."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import ProductChanged
from counterfoil.models import Product
from counterfoil.operations._auditing import note
from counterfoil.operations._catalogue import facts_of, locked, told
from counterfoil.rules.people import Actor
from counterfoil.rules.products import ProductFacts, refuse_unsound


@transaction.atomic
def change_product(
    *, product_id: UUID, facts: ProductFacts, instead_of: ProductFacts, by: Actor, at: datetime
) -> Product:
    """
    Change what a product is called and costs; what was sold keeps its price.

    ``instead_of`` is what it was when the change was written, so that nobody overwrites what they
    have not seen. Saving what is there already changes nothing.

    :raises NotFound: if there is no such product.
    :raises ProductInvalid: if it could not be shown or charged like that.
    :raises ProductChanged: if somebody else has changed it in the meantime.
    """
    refuse_unsound(facts)
    product = locked(product_id)
    now = facts_of(product)
    if now == facts:
        return product
    if now != instead_of:
        raise ProductChanged
    before = told(product)
    product.name, product.description = facts.name.strip(), facts.description.strip()
    product.unit_amount, product.currency = facts.unit_amount, facts.currency
    product.save(update_fields=["name", "description", "unit_amount", "currency"])
    after = told(product)
    changed = {name for name in after if after[name] != before[name]}
    note(
        "change_product",
        connection=None,
        subject=f"product:{product.sku}",
        by=by,
        at=at,
        data={
            "before": {name: before[name] for name in sorted(changed)},
            "after": {name: after[name] for name in sorted(changed)},
        },
    )
    return product
