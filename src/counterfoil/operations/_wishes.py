"""What a buyer wished for whoever is to have it: kept as it was told, and done where it can be."""

from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Q

from counterfoil.models import Contact, Entitlement, Gift, GiftWish, GiftWords, Line, Person
from counterfoil.operations import _ledger
from counterfoil.operations._gifts import give
from counterfoil.operations._people import person_for
from counterfoil.rules.acts import Act
from counterfoil.rules.gifts import LATEST, LONGEST_MESSAGE, LONGEST_NAME, MOST_WISHED
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import OrderGift
from counterfoil.rules.people import Actor, normalise_mail


def remember_wish(line: Line, gift: OrderGift | None, *, at: datetime) -> None:
    """
    Remember what was wished with a line; the newest words are kept.

    An address that is none, or a date that is over, is kept as it was told, for whoever is asked
    about it.
    """
    if gift is None:
        return
    wish = GiftWish.objects.filter(line=line).first() or GiftWish(line=line)
    words = _words(gift)
    if wish.words_sealed is not None and wish.words() == words:
        return
    wish.recipient, wish.send_at, wish.told_at = _recipient(gift, at), _aware(gift.send_at), at
    wish.seal_words(words)
    wish.save()


def give_as_wished(line: Line, *, after: int, by: Actor, at: datetime) -> None:
    """
    Give the units of a line that were issued just now to whom the buyer wished them to go.

    Each unit is a gift of its own, with a mail of its own. A date that is over means now. What
    cannot be given so stays with the buyer: there is no address, the day is too far away, or there
    are so many units that nobody can have meant one person.
    """
    wish = GiftWish.objects.select_related("recipient").filter(line=line).first()
    words = wish.words() if wish is not None else None
    if wish is None or words is None or wish.recipient is None or line.units_paid > MOST_WISHED:
        return
    purchase = line.purchase
    change = _ledger.Change(act=Act.SET_GIFT, by=by, at=at)
    for unit in _given_at(line, after, send_at := max(wish.send_at or at, at)):
        gift = Gift(
            entitlement=unit,
            recipient=wish.recipient,
            giver=purchase.buyer,
            hides_sender=not words.sender_name,
            send_at=send_at,
            time_zone=settings.TIME_ZONE,
            locale=purchase.locale,
            created_at=at,
        )
        gift.seal_words(_fitting(words))
        give(gift, unit, change)


def _given_at(line: Line, after: int, send_at: datetime) -> list[Entitlement]:
    """Lock the units that can be given then, of those with an ordinal from ``after`` on."""
    units = Entitlement.objects.select_for_update(of=("self",)).select_related("terms")
    free = units.filter(line=line, ordinal__gte=after, state=State.ISSUED, held_count=0)
    in_time = Q(expires_at=None) | Q(expires_at__gt=send_at)
    if send_at > line.purchase.created_at + LATEST:
        return []
    return list(free.filter(in_time).order_by("pk"))


def _fitting(words: GiftWords) -> GiftWords:
    """Cut what was told to what a card has room for."""
    return GiftWords(
        recipient_name=words.recipient_name[:LONGEST_NAME],
        message=words.message[:LONGEST_MESSAGE],
        sender_name=words.sender_name[:LONGEST_NAME],
    )


def _words(gift: OrderGift) -> GiftWords:
    told = gift.send_told or (gift.send_at.isoformat() if gift.send_at else "")
    return GiftWords(
        recipient_mail=_kept(gift.recipient_mail or "", 320),
        recipient_name=_kept(gift.recipient_name, 200),
        message=_kept(gift.message, 5_000),
        sender_name=_kept(gift.sender_name, 200),
        send_at=_kept(told, 100),
    )


def _recipient(gift: OrderGift, at: datetime) -> Person | None:
    mail = normalise_mail(gift.recipient_mail)
    return person_for(Contact(mail=mail, name=gift.recipient_name), at=at) if mail else None


def _aware(moment: datetime | None) -> datetime | None:
    """Read a time without a zone as UTC: a wish must not be lost over it."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _kept(text: str, most: int) -> str:
    # Half a surrogate pair cannot be written down.
    return text.encode("utf-8", "replace").decode()[:most]
