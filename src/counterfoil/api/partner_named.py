"""Which partner a caller means."""

from typing import Annotated

from pydantic import Field

from counterfoil.api.security import Caller
from counterfoil.errors import NotFound
from counterfoil.queries.partners import PartnerSeen, one_partner, partner_by_name

PartnerNamed = Annotated[
    str,
    Field(
        max_length=64,
        description="Whose they are, by its short name; only a key of the house has to say.",
        examples=["riverside-clinic"],
    ),
]


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
