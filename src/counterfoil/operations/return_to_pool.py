"""Give entitlements back from a sub-partner to the partner above."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from counterfoil.errors import NotHandedOn
from counterfoil.models import Allotment, Entitlement, Entry
from counterfoil.operations import _ledger
from counterfoil.operations._announcing import announce_returned
from counterfoil.operations._partnering import read_partner, require_right
from counterfoil.operations._pooling import CAME_BY, UNCLAIMED, Pool, lock_allotments, move
from counterfoil.operations._repeating import only_once
from counterfoil.operations._suspending import settle
from counterfoil.rules.acts import Act
from counterfoil.rules.partners import Choice, PartnerRight
from counterfoil.rules.people import Actor


@transaction.atomic
def return_to_pool(
    *,
    request_id: UUID,
    partner_id: UUID,
    choice: Choice,
    by: Actor,
    at: datetime,
) -> int:
    """
    Give what was handed on to a partner, and nobody has claimed, back to the partner above.

    The sub-partner gives it back, or the partner above takes it back: that one also while the
    other is suspended. Each goes back into the allotment it came from. Whatever is reserved, or a
    gift under way, is called off first. Gives how many went back; repeating a request by its
    ``request_id`` changes nothing.

    :raises NotFound: if there is no such partner.
    :raises NotHandedOn: if there is nobody above it, or they did not come from there.
    :raises NotEnoughFree: if there are not so many, saying how many there are.
    :raises NotFree: if one that is named is claimed or on its way to somebody, or not there.
    :raises PartnerSuspended: if the partner that acts is suspended; also ChoiceInvalid,
        NotAMember, PartnerRoleMissing.
    """
    holder = read_partner(partner_id)
    above = [holder.parent_id] if holder.parent_id else []
    require_right(by, [holder.pk, *above], PartnerRight.GIVE_BACK)
    only_once(request_id)
    done = Entry.objects.filter(act=request_id, act_name=Act.RETURN_TO_POOL).count()
    if done:
        return done
    if holder.parent_id is None:
        raise NotHandedOn
    giver = read_partner(holder.parent_id)
    there = lock_allotments(holder.pk, giver.pk)
    pool = Pool(partner_id=holder.pk, fit=UNCLAIMED, came=CAME_BY)
    moved: list[UUID] = []
    for (product_id, source), ids in pool.taken(choice).items():
        target = there.get(source) if source else None
        left = _by_allotment(ids)
        change = _ledger.Change(
            act=Act.RETURN_TO_POOL,
            by=by,
            at=at,
            act_id=request_id,
            data={"partner": giver.name, "to": str(source) if source else None},
        )
        move(change, ids, to=giver, allotment=target)
        for allotment_id, count in left.items():
            if allotment_id is not None:
                Allotment.objects.filter(pk=allotment_id).update(granted=F("granted") - count)
            announce_returned(product_id, allotment_id, count, holder=holder, to=giver, at=at)
        if target is not None:
            Allotment.objects.filter(pk=target.pk).update(granted=F("granted") + len(ids))
        moved += ids
    settle(moved, by=by, at=at)
    return len(moved)


def _by_allotment(ids: list[UUID]) -> dict[UUID | None, int]:
    """Count them by the allotment they are about to leave."""
    left: dict[UUID | None, int] = {}
    found = Entitlement.objects.filter(pk__in=ids)
    for allotment_id in found.values_list("allotment", flat=True):
        left[allotment_id] = left.get(allotment_id, 0) + 1
    return left
