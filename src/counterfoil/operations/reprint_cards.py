"""Print cards again that were printed before."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.operations._cards import reveal
from counterfoil.operations._handouts import lock_handout, partner_handing_out
from counterfoil.operations._partnering import require_right
from counterfoil.operations.print_cards import Printed
from counterfoil.rules.handouts import Mode
from counterfoil.rules.partners import PartnerRight
from counterfoil.rules.people import Actor


@transaction.atomic
def reprint_cards(*, handout_id: UUID, partner_id: UUID, by: Actor, at: datetime) -> Printed:
    """
    Open the codes of cards once more that nobody has claimed; the ledger keeps that, too.

    :raises PartnerSuspended: if the partner may only look at the moment.
    :raises NotFound: if it has printed no such cards.
    """
    require_right(by, [partner_id], PartnerRight.PRINT_CARDS)
    partner_handing_out(partner_id, by)
    handout = lock_handout(handout_id, partner_id=partner_id)
    if handout.options.get("mode") != Mode.CARDS:
        raise NotFound("There are no such cards.")
    return Printed(handout=handout, cards=reveal(handout, by=by, at=at))
