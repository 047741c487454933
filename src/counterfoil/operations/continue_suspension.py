"""Bring the next holds to where a partner's suspension wants them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.operations._partnering import read_partner
from counterfoil.operations._suspending import settle, unsettled
from counterfoil.rules.people import Actor

AT_A_TIME = 2_000


@transaction.atomic
def continue_suspension(*, partner_id: UUID, by: Actor, at: datetime, comment: str = "") -> int:
    """
    Place, or lift, some thousand holds as the partner's suspension wants it now.

    Gives how many there were to do: none means that everything is as it should be. It looks at how
    the partner stands now, so a suspension that was changed meanwhile is followed as well.

    :raises NotFound: if there is no such partner.
    """
    found = unsettled(read_partner(partner_id), most=AT_A_TIME)
    settle(found, by=by, at=at, comment=comment)
    return len(found)
