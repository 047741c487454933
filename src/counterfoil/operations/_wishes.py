"""What a buyer wished for whoever is to have it: kept as it was told."""

from datetime import UTC, datetime

from counterfoil.models import Contact, GiftWish, GiftWords, Line, Person
from counterfoil.operations._people import person_for
from counterfoil.rules.orders import OrderGift
from counterfoil.rules.people import normalise_mail


def remember_wish(line: Line, gift: OrderGift | None, *, at: datetime) -> None:
    """
    Remember what was wished with a line; the newest words are kept.

    Nothing is done about it here: the codes go to the buyer. An address that is none, or a date
    that is over, is kept as it was told, for whoever is asked about it.
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
