"""Hand entitlements on to a sub-partner."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from counterfoil.errors import NotASubPartner
from counterfoil.models import Allotment, Entry, Partner
from counterfoil.operations import _ledger
from counterfoil.operations._announcing import announce_handed_on
from counterfoil.operations._partnering import read_partner, require_active, require_right
from counterfoil.operations._pooling import (
    FREE,
    MOVABLE,
    Pool,
    lock_allotments,
    move,
    target_of,
)
from counterfoil.operations._repeating import only_once
from counterfoil.rules.acts import Act
from counterfoil.rules.partners import Choice, PartnerRight
from counterfoil.rules.people import Actor


@transaction.atomic
def hand_on(
    *,
    request_id: UUID,
    partner_id: UUID,
    to_partner_id: UUID,
    choice: Choice,
    by: Actor,
    at: datetime,
) -> Allotment:
    """
    Hand free entitlements of a partner on to one of its sub-partners, all of them or none.

    Nobody may have them or be about to: not reserved, no gift under way, not on hold, not over.
    Printed pieces that were not sold yet go by handle or number. What is taken lowers the
    allotments it comes from; gives the sub-partner's allotment they went into. Repeating a request
    by its ``request_id`` changes nothing.

    :raises NotFound: if there is no such partner.
    :raises NotASubPartner: if the other does not stand directly below it.
    :raises PartnerSuspended: if either is suspended.
    :raises NotEnoughFree: if there are not so many, saying how many there are.
    :raises NotFree: if one that is named is not free; also ChoiceInvalid, NotAMember,
        PartnerRoleMissing.
    """
    require_right(by, [partner_id], PartnerRight.HAND_ON)
    giver, taker = read_partner(partner_id), read_partner(to_partner_id)
    if taker.parent_id != giver.pk:
        raise NotASubPartner
    require_active(giver.pk, taker.pk)
    only_once(request_id)
    known = _known(request_id, taker)
    if known is not None:
        return known
    there = lock_allotments(giver.pk, taker.pk)
    pool = Pool(partner_id=giver.pk, fit=FREE if choice.quantity is not None else MOVABLE)
    into: list[Allotment] = []
    for (product_id, source), ids in pool.taken(choice).items():
        target = target_of(there, taker, product_id, source, at)
        into.append(target)
        change = _ledger.Change(
            act=Act.ALLOT,
            by=by,
            at=at,
            act_id=request_id,
            data={
                "partner": taker.name,
                "to": str(target.pk),
                "from": str(source) if source else None,
                "from_partner": str(giver.pk),
            },
        )
        count = move(change, ids, to=taker, allotment=target)
        Allotment.objects.filter(pk=target.pk).update(granted=F("granted") + count)
        if source is not None:
            Allotment.objects.filter(pk=source).update(granted=F("granted") - count)
        announce_handed_on(product_id, target.pk, count, to=taker, giver=giver, at=at)
    return Allotment.objects.get(pk=into[0].pk)


def _known(request_id: UUID, taker: Partner) -> Allotment | None:
    """Give what came of a request that was carried out before."""
    entry = Entry.objects.filter(act=request_id, act_name=Act.ALLOT).first()
    if entry is None:
        return None
    return Allotment.objects.filter(pk=entry.data["to"], partner=taker).first()
