"""Which partner and which products a caller means."""

from collections.abc import Collection, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from counterfoil.api.security import Caller
from counterfoil.errors import NotFound
from counterfoil.queries.entitlements import products_of
from counterfoil.queries.partners import PartnerSeen, one_partner, partner_by_name

PartnerNamed = Annotated[
    str,
    Field(
        max_length=64,
        description="Whose they are, by its short name; only a key of the house has to say.",
        examples=["riverside-clinic"],
    ),
]


def product_for(caller: Caller, sku: str) -> UUID:
    """
    Give the product a caller means; of what it has nothing, a partner is told as of none.

    :raises NotFound: if there is no such product.
    """
    [found] = products_for(caller, [sku])
    return found


def products_for(
    caller: Caller, skus: Collection[str], *, told: Collection[str] = ()
) -> Sequence[UUID]:
    """
    Give the products a caller means, as :func:`product_for` does; also of those it was told of.

    :raises NotFound: if there is one that does not exist.
    """
    found = products_of(
        skus, partner_id=caller.partner_id, connection_id=caller.connection_id, told=told
    )
    return [one.pk for one in found]


def whose(caller: Caller, named: str) -> PartnerSeen:
    """
    Give the partner a caller means; a partner means itself, and is told of no other.

    :raises NotFound: if there is none of this name, or another one calls.
    """
    if caller.partner_id is None:
        return partner_by_name(named)
    own = one_partner(caller.partner_id)
    if named not in ("", own.slug):
        raise NotFound("There is no such partner.")
    return own
