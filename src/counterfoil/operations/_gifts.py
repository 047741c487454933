"""What the acts of giving have in common, and the part of a redemption that closes a gift."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from counterfoil.errors import (
    EntitlementExpired,
    GiftClaimed,
    GiftDateInvalid,
    MailInvalid,
    NotGiven,
    TooManyGiftMails,
)
from counterfoil.models import (
    CodeState,
    Contact,
    Delivery,
    Entitlement,
    Entry,
    Gift,
    GiftEnd,
    GiftWords,
    Person,
)
from counterfoil.operations import _ledger
from counterfoil.operations._codes import END_CODE, give_codes, is_readable
from counterfoil.operations._people import account_of, person_for
from counterfoil.rules.acts import Act
from counterfoil.rules.gifts import MOST_A_DAY, refuse_too_long
from counterfoil.rules.people import Actor, ActorKind, normalise_mail
from counterfoil.rules.terms import Binding

END_GIFT = """
given AS (
    UPDATE counterfoil_gift g
       SET ended_at = clock_timestamp(), ended_because = %(gift_end)s
      FROM changed
     WHERE g.entitlement_id = changed.id AND g.ended_at IS NULL
 RETURNING g.id
)"""
"""Part of a statement of the ledger: closes the gifts of what changed; needs ``gift_end``."""

ASKED_OFTEN = (Act.SET_GIFT, Act.CORRECT_RECIPIENT, Act.RESEND_CODE)


def open_gift_of(entitlement: Entitlement) -> Gift | None:
    """
    Lock and read the gift that is open, so that its mail is not being made meanwhile.

    The mail worker takes the same lock: a gift's mail is either on its way, or will not be made.
    """
    locked = Gift.objects.select_for_update(of=("self",), no_key=True)
    return locked.filter(entitlement=entitlement, ended_at=None).first()


def refuse_without_gift(entitlement: Entitlement) -> Gift:
    """
    Give the open gift of an entitlement.

    :raises GiftClaimed: if it was claimed.
    :raises NotGiven: if nobody is being given this.
    """
    gift = open_gift_of(entitlement)
    if gift is not None:
        return gift
    last = newest_gift_of(entitlement)
    raise GiftClaimed if last and last.ended_because == GiftEnd.CLAIMED else NotGiven


def newest_gift_of(entitlement: Entitlement) -> Gift | None:
    """Give the gift that was made last, open or not."""
    return Gift.objects.filter(entitlement=entitlement).order_by("-created_at", "-pk").first()


def has_left(gift: Gift) -> bool:
    """Tell whether somebody may have the mail of a gift, and so the code in it."""
    return Delivery.objects.filter(gift=gift, attempts__gt=0, is_unneeded=False).exists()


def read_recipient(words: GiftWords, *, locale: str, at: datetime) -> Person | None:
    """
    Give whoever is to have it; nobody, if the giver hands it over.

    :raises MailInvalid: if mail cannot reach the address.
    :raises GiftTextTooLong: if one of the words is too long.
    """
    refuse_too_long(
        recipient_name=words.recipient_name, message=words.message, sender_name=words.sender_name
    )
    if not words.recipient_mail.strip():
        return None
    mail = normalise_mail(words.recipient_mail)
    if mail is None:
        raise MailInvalid
    return person_for(Contact(mail=mail, locale=locale), at=at)


def kept_words(words: GiftWords) -> GiftWords:
    """Give the words that are kept with a gift: whose address and time stand elsewhere."""
    return replace(words, recipient_mail="", send_at="")


def refuse_flooding(entitlement: Entitlement, by: Actor, at: datetime) -> None:
    """
    Let no customer use one entitlement to send mail to the whole world.

    :raises TooManyGiftMails: if it was given, corrected or sent again too often.
    """
    if by.kind is not ActorKind.CUSTOMER:
        return
    lately = Entry.objects.filter(
        entitlement=entitlement, act_name__in=ASKED_OFTEN, recorded_at__gt=at - timedelta(days=1)
    )
    if lately.count() >= MOST_A_DAY:
        raise TooManyGiftMails


def give(
    gift: Gift,
    entitlement: Entitlement,
    change: _ledger.Change,
    *,
    before: Gift | None = None,
    because: GiftEnd = GiftEnd.CHANGED,
) -> Gift:
    """
    Open a gift in the place of the one before, if there was one, and write its entry.

    Where the mail of the one before has left, the code in it dies; so does one that no mail can
    carry, because it is not kept readable.

    :raises EntitlementExpired: if it is valid no more, by the database clock.
    :raises GiftDateInvalid: if it would be sent after its end.
    :raises StaleEntitlement: if the entitlement changed since it was read.
    """
    if entitlement.expires_at is not None and gift.send_at >= entitlement.expires_at:
        raise (
            EntitlementExpired
            if entitlement.expires_at <= change.at
            else GiftDateInvalid("too_late")
        )
    bound = None
    if gift.recipient is not None and entitlement.terms.terms.binding is Binding.BOUND:
        bound = account_of(gift.recipient, at=change.at).pk
    data = {"gift": str(gift.pk), "send_at": gift.send_at.isoformat()}
    renew(
        entitlement,
        replace(change, data=data if gift.recipient_id else {"gift": str(gift.pk), "card": True}),
        before=before,
        because=because,
        bound=bound,
        to=gift.recipient,
    )
    gift.save(force_insert=True)
    return gift


def renew(
    entitlement: Entitlement,
    change: _ledger.Change,
    *,
    before: Gift | None,
    because: GiftEnd,
    bound: UUID | None = None,
    to: Person | None = None,
) -> bool:
    """
    Close a gift and write the entry; gives whether the code was replaced.

    That is so where its mail had left, where the code was made for it, and nobody else has it, and
    where no mail ``to`` somebody could be made with it.

    :raises StaleEntitlement: if the entitlement changed since it was read.
    """
    replaced = before is not None and (has_left(before) or _has_its_own_code(before))
    replaced = replaced or (to is not None and not is_readable(entitlement))
    if before is not None:
        Gift.objects.filter(pk=before.pk).update(ended_at=change.at, ended_because=because)
    if replaced:
        change = replace(change, data={**change.data, "code_replaced": True})
    _ledger.record_one(
        change,
        entitlement=entitlement,
        parameters={"bound": bound, "code_state": CodeState.REPLACED.value},
        sets="bound_to_id = %(bound)s::uuid",
        also=(END_CODE,) if replaced else (),
    )
    if replaced:
        give_codes(forms={entitlement.pk: entitlement.terms.terms.code_form}, at=change.at)
    return replaced


def _has_its_own_code(gift: Gift) -> bool:
    written = Entry.objects.filter(entitlement=gift.entitlement_id, data__gift=str(gift.pk))
    return written.filter(data__code_replaced=True).exists()
