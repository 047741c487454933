"""Give an entitlement to somebody: by mail, on a day, or as a card."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import GiftAlreadySent, NotFound
from counterfoil.models import Gift, GiftWords
from counterfoil.operations import _gifts, _ledger
from counterfoil.operations._loading import load_free, require_reason
from counterfoil.operations._partnering import require_right
from counterfoil.rules.acts import Act
from counterfoil.rules.gifts import sending_time, zone_named
from counterfoil.rules.partners import PartnerRight
from counterfoil.rules.people import Actor


@transaction.atomic
def set_gift(
    *,
    entitlement_id: UUID,
    words: GiftWords,
    send_at: datetime | None,
    time_zone: str,
    locale: str,
    by: Actor,
    at: datetime,
    giver_id: UUID | None = None,
    partner_id: UUID | None = None,
    reason: str = "",
    comment: str = "",
) -> Gift:
    """
    Open a gift of an entitlement that nobody has yet, or change one that was not sent.

    Without a recipient's address it is a card that the giver hands over; without a time it is sent
    now. Whoever is given no sender's name is told none: nothing else names the giver. Setting the
    same gift again changes nothing. ``giver_id`` is whoever is told what becomes of it; of a gift
    by a ``partner_id``, nobody.

    :raises NotFound: if there is no such entitlement, or it is not this partner's.
    :raises PartnerSuspended: if the partner is; also NotAMember, PartnerRoleMissing.
    :raises IllegalMove: if somebody has it, or it was withdrawn, is reserved, or not sold yet.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises EntitlementExpired: if it is valid no more.
    :raises MailInvalid: if mail cannot reach the address.
    :raises GiftTextTooLong: if a name or the message is too long.
    :raises GiftDateInvalid: if the day is over, too far away, or after the end of validity.
    :raises GiftAlreadySent: if the mail has left: correct the address, or call it off.
    :raises TooManyGiftMails: if a customer does this all day.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    if partner_id is not None:
        require_right(by, [partner_id], PartnerRight.HAND_OUT)
    zone = zone_named(time_zone)
    entitlement = load_free(entitlement_id, Act.SET_GIFT)
    if partner_id is not None and entitlement.partner_id != partner_id:
        raise NotFound("There is no such entitlement.")
    before = _gifts.open_gift_of(entitlement)
    gift = Gift(
        entitlement=entitlement,
        recipient=_gifts.read_recipient(words, locale=locale, at=at),
        giver_id=giver_id,
        partner_id=partner_id,
        hides_sender=not words.sender_name,
        send_at=sending_time(send_at, zone=zone, at=at),
        time_zone=time_zone,
        locale=locale,
        created_at=at,
    )
    gift.seal_words(_gifts.kept_words(words))
    if before is not None:
        if _is_the_same(before, gift, at):
            return before
        if _gifts.has_left(before):
            raise GiftAlreadySent
    _gifts.refuse_flooding(entitlement, by, at)
    change = _ledger.Change(act=Act.SET_GIFT, by=by, at=at, reason=reason, comment=comment)
    return _gifts.give(gift, entitlement, change, before=before)


def _is_the_same(before: Gift, gift: Gift, at: datetime) -> bool:
    """Tell whether somebody pressed the button twice; "now" is not the same moment twice."""
    facts = ("recipient_id", "giver_id", "partner_id", "time_zone", "locale")
    if any(getattr(before, fact) != getattr(gift, fact) for fact in facts):
        return False
    same_time = before.send_at == gift.send_at or (before.send_at <= at and gift.send_at <= at)
    return same_time and before.words() == gift.words()
