"""Send the mail with a code again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import CodeNotRevealable, GiftNotSent
from counterfoil.models import Entitlement
from counterfoil.operations import _gifts, _ledger
from counterfoil.operations._codes import is_readable
from counterfoil.operations._loading import load_free, require_reason
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


@transaction.atomic
def resend_code(
    *, entitlement_id: UUID, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> Entitlement:
    """
    Send the code of an entitlement once more: of a gift to its recipient, else to the buyer.

    It is a mail of its own with a link of its own; earlier links go on working. What became of it
    stands in its delivery.

    :raises NotFound: if there is no such entitlement.
    :raises IllegalMove: if it has no code any more, or none yet.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises CodeNotRevealable: if the code is not kept readable; replace it instead.
    :raises GiftNotSent: if it is a gift whose day is still to come.
    :raises TooManyGiftMails: if a customer does this all day.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = load_free(entitlement_id, Act.RESEND_CODE)
    if not is_readable(entitlement):
        raise CodeNotRevealable
    gift = _gifts.open_gift_of(entitlement)
    is_mailed = gift is not None and gift.recipient_id is not None
    if gift is not None and is_mailed and gift.send_at > at and not _gifts.has_left(gift):
        raise GiftNotSent
    _gifts.refuse_flooding(entitlement, by, at)
    _ledger.record_one(
        _ledger.Change(act=Act.RESEND_CODE, by=by, at=at, reason=reason, comment=comment),
        entitlement=entitlement,
    )
    entitlement.refresh_from_db()
    return entitlement
