"""Take back what a partner handed out and nobody has claimed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import CounterfoilError, NotFound, NotGiven, Unavailable
from counterfoil.models import Entitlement, Gift
from counterfoil.operations._loading import lock
from counterfoil.operations._partnering import require_right
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.replace_code import replace_code
from counterfoil.rules.partners import PartnerRight
from counterfoil.rules.people import Actor


@transaction.atomic
def take_back(
    *, partner_id: UUID, entitlement_ids: Sequence[UUID], by: Actor, at: datetime
) -> dict[UUID, str]:
    """
    Call off these gifts of a partner, and give of each what stood against it, if anything did.

    A mail that was not sent yet is not sent. Where somebody may have the code already, by mail or
    on a printed card, it is replaced, so that what they have leads nowhere. One that was claimed
    meanwhile stays claimed, and holds up no other.

    :raises PartnerSuspended: if the partner may only look at the moment.
    :raises NotFound: if one of them is not this partner's.
    """
    require_right(by, [partner_id], PartnerRight.HAND_OUT)
    wanted = list(dict.fromkeys(entitlement_ids))
    if Entitlement.objects.filter(pk__in=wanted, partner=partner_id).count() < len(wanted):
        raise NotFound("There is no such entitlement.")
    lock(wanted)
    told: dict[UUID, str] = {}
    for entitlement_id in wanted:
        try:
            with transaction.atomic():
                _call_off(entitlement_id, partner_id, by=by, at=at)
        except Unavailable:
            raise
        except CounterfoilError as refusal:
            told[entitlement_id] = refusal.code
        else:
            told[entitlement_id] = ""
    return told


def _call_off(entitlement_id: UUID, partner_id: UUID, *, by: Actor, at: datetime) -> None:
    gift = Gift.objects.filter(entitlement=entitlement_id, ended_at=None).first()
    if gift is not None and gift.partner_id != partner_id:
        raise NotGiven
    cancel_gift(entitlement_id=entitlement_id, by=by, at=at)
    if gift is not None and gift.recipient_id is None:
        replace_code(entitlement_id=entitlement_id, by=by, at=at, reason="taken_back")
