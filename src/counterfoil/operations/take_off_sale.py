"""Offer a product in our own checkout no longer."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.operations._auditing import note
from counterfoil.operations._catalogue import locked
from counterfoil.rules.people import Actor


@transaction.atomic
def take_off_sale(*, product_id: UUID, by: Actor, at: datetime) -> bool:
    """
    Take a product out of our own checkout; tells whether it was offered.

    What is sold through channels, granted or printed is none of its business, and what was
    sold stays valid.

    :raises NotFound: if there is no such product.
    """
    product = locked(product_id)
    if product.on_sale is False:
        return False
    product.on_sale = False
    product.save(update_fields=["on_sale"])
    note(
        "take_off_sale",
        connection=None,
        subject=f"product:{product.sku}",
        by=by,
        at=at,
        data={"before": {"on_sale": True}, "after": {"on_sale": False}},
    )
    return True
