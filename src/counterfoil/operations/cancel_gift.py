"""Call a gift off."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import GiftEnd
from counterfoil.operations import _gifts, _ledger
from counterfoil.operations._loading import read, refuse_unless_free, require_reason
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


@transaction.atomic
def cancel_gift(
    *, entitlement_id: UUID, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> None:
    """
    Call off a gift that nobody has claimed; the entitlement is its buyer's again, as before.

    A mail that waits for its day is not made. If it has left, the code in it is replaced, so that
    its link dies; the buyer has the new one. Calling it off again changes nothing. A card that was
    printed goes on working: replace the code if it must not.

    :raises NotFound: if there is no such entitlement.
    :raises NotGiven: if nobody is being given this.
    :raises GiftClaimed: if somebody claimed it first.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = read(entitlement_id)
    gift = _gifts.open_gift_of(entitlement)
    if gift is None:
        last = _gifts.newest_gift_of(entitlement)
        if last is not None and last.ended_because == GiftEnd.CANCELLED:
            return
        gift = _gifts.refuse_without_gift(entitlement)
    refuse_unless_free(entitlement, Act.CANCEL_GIFT)
    change = _ledger.Change(
        act=Act.CANCEL_GIFT,
        by=by,
        at=at,
        reason=reason,
        comment=comment,
        data={"gift": str(gift.pk)},
    )
    _gifts.renew(entitlement, change, before=gift, because=GiftEnd.CANCELLED)
