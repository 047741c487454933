"""Send a gift to another address than the one that was given."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import MailInvalid, NotGiven
from counterfoil.models import Gift, GiftEnd, GiftWords
from counterfoil.operations import _gifts, _ledger
from counterfoil.operations._loading import read, refuse_unless_free, require_reason
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


@transaction.atomic
def correct_recipient(
    *,
    entitlement_id: UUID,
    recipient_mail: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    comment: str = "",
) -> Gift:
    """
    Correct the address of a gift that is sent by mail; everything else about it stays.

    If its mail has left, the code is replaced, so that whoever got it by mistake holds a dead
    link, and the new mail goes out at once. Otherwise it goes out on its day. Correcting to the
    address it has changes nothing.

    :raises NotFound: if there is no such entitlement.
    :raises NotGiven: if it is not being given by mail.
    :raises GiftClaimed: if somebody claimed it first.
    :raises MailInvalid: if mail cannot reach the address.
    :raises EntitlementExpired: if it is valid no more.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises TooManyGiftMails: if a customer does this all day.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = read(entitlement_id)
    before = _gifts.refuse_without_gift(entitlement)
    if before.recipient_id is None:
        raise NotGiven
    refuse_unless_free(entitlement, Act.CORRECT_RECIPIENT)
    asked = GiftWords(recipient_mail=recipient_mail)
    recipient = _gifts.read_recipient(asked, locale=before.locale, at=at)
    if recipient is None:
        raise MailInvalid
    if recipient.pk == before.recipient_id:
        return before
    _gifts.refuse_flooding(entitlement, by, at)
    gift = Gift(
        entitlement=entitlement,
        recipient=recipient,
        giver_id=before.giver_id,
        partner_id=before.partner_id,
        hides_sender=before.hides_sender,
        send_at=max(before.send_at, at),
        time_zone=before.time_zone,
        locale=before.locale,
        created_at=at,
    )
    gift.seal_words(before.words() or GiftWords())
    change = _ledger.Change(act=Act.CORRECT_RECIPIENT, by=by, at=at, reason=reason, comment=comment)
    return _gifts.give(gift, entitlement, change, before=before, because=GiftEnd.CORRECTED)
