"""Say what a channel's product is here."""

from datetime import datetime

from django.db import transaction

from counterfoil.errors import MappingInvalid
from counterfoil.models import Connection, Product, ProductMapping
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor

LONGEST_KEY, MOST_PER_UNIT = 200, 10_000


@transaction.atomic
def map_product(
    *,
    connection: Connection,
    key: str,
    product: Product | None,
    entitlements_per_unit: int,
    by: Actor,
    at: datetime,
) -> ProductMapping:
    """
    Say what a product key of a connection yields; without a product such lines are ignored.

    It holds for what is issued from now on: a line that was sold as something stays that. Saying
    the same again changes nothing; what is changed keeps who changed it, from what to what.

    :raises MappingInvalid: if the key is empty or too long, or the number is not 1 to 10,000.
    """
    if not key.strip() or len(key) > LONGEST_KEY or "\x00" in key:
        raise MappingInvalid("A product key has 1 to 200 characters.")
    if not 1 <= entitlements_per_unit <= MOST_PER_UNIT:
        raise MappingInvalid("One unit yields from 1 to 10,000 entitlements.")
    Connection.objects.select_for_update().get(pk=connection.pk)  # one after the other
    before = ProductMapping.objects.filter(connection=connection, key=key).first()
    mapping = before or ProductMapping(connection=connection, key=key)
    was = _told(before)
    mapping.product, mapping.entitlements_per_unit = product, entitlements_per_unit
    if before is None or was != _told(mapping):
        mapping.save()
        told = {"before": was, "after": _told(mapping)}
        note("map_product", connection=connection, subject=key, by=by, at=at, data=told)
    return mapping


def _told(mapping: ProductMapping | None) -> dict[str, object] | None:
    if mapping is None:
        return None
    return {
        "product": mapping.product.sku if mapping.product else "ignored",
        "entitlements_per_unit": mapping.entitlements_per_unit,
    }
