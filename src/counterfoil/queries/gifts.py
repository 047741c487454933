"""What became of a gift, for those who give, receive, and help."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from counterfoil.models import (
    Account,
    Assignment,
    Delivery,
    DeliveryKind,
    Entitlement,
    Gift,
    GiftEnd,
    GiftWords,
    Person,
)
from counterfoil.models.ids import handle_of
from counterfoil.queries._hits import masked
from counterfoil.queries.bought_units import is_bought_by
from counterfoil.rules.lifecycle import PublicState


class GiftStanding(StrEnum):
    """How far a gift has come."""

    CARD = "card"
    SCHEDULED = "scheduled"
    LEAVING = "leaving"
    SENT = "sent"
    CAME_BACK = "came_back"
    OPENED = "opened"
    CLAIMED = "claimed"
    OVER = "over"


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenGift:
    """A gift as its giver sees it; ``is_open`` while it can still be called off."""

    id: UUID
    standing: GiftStanding
    recipient_mail: str
    words: GiftWords
    send_at: datetime
    time_zone: str
    sent_at: datetime | None
    opened_at: datetime | None
    ended_at: datetime | None
    claimed_elsewhere: bool
    by_partner: bool

    @property
    def is_open(self) -> bool:
        """Tell whether it can be called off, or its address corrected."""
        return self.ended_at is None

    @property
    def is_unsent(self) -> bool:
        """Tell whether all of it can still be changed."""
        return self.standing in (GiftStanding.CARD, GiftStanding.SCHEDULED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Giveable:
    """An entitlement that its buyer gives, or may give, and the last gift of it."""

    entitlement_id: UUID
    handle: str
    product: str
    description: str
    state: PublicState
    valid_until: datetime | None
    is_test: bool
    gift: GivenGift | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedGift:
    """A gift as staff see it: people masked, the message left unread."""

    standing: str
    recipient: str
    giver: str
    partner: str
    send_at: datetime
    time_zone: str
    opened_at: datetime | None
    has_message: bool
    is_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftShown:
    """What somebody with the code of a gift is shown of it."""

    sender: str
    message: str


MAILS = Delivery.objects.filter(kind=DeliveryKind.GIFT).order_by("created_at")


def giveable(entitlement_id: UUID, *, now: datetime) -> Giveable | None:
    """Read an entitlement and its last gift, as whoever gives it sees them."""
    units = Entitlement.objects.select_related("product")
    unit = units.filter(pk=entitlement_id).first()
    if unit is None:
        return None
    gift = _told().filter(entitlement=unit).order_by("-created_at", "-pk").first()
    return Giveable(
        entitlement_id=unit.pk,
        handle=handle_of(unit.pk),
        product=unit.product.name,
        description=unit.product.description,
        state=unit.public_state(now),
        valid_until=unit.expires_at,
        is_test=unit.is_test,
        gift=_given(gift, now) if gift else None,
    )


def standings_of(entitlement_ids: Collection[UUID], *, now: datetime) -> Mapping[UUID, GivenGift]:
    """Give the open gift of each of these that has one, for lists."""
    gifts = _told().filter(entitlement__in=list(entitlement_ids), ended_at=None)
    return {gift.entitlement_id: _given(gift, now) for gift in gifts}


def may_give(entitlement_id: UUID, account: Account) -> bool:
    """Tell whether this account may give this away: it bought it, or is who gave it last."""
    if is_bought_by(entitlement_id, account):
        return True
    if account.person_id is None:
        return False
    gifts = Gift.objects.filter(entitlement=entitlement_id).order_by("-created_at", "-pk")
    last = gifts.first()
    return last is not None and last.partner_id is None and last.giver_id == account.person_id


def is_of_cart(entitlement_id: UUID, cart_id: UUID) -> bool:
    """Tell whether this was bought with that cart."""
    return Entitlement.objects.filter(pk=entitlement_id, purchase__cart=cart_id).exists()


def giver_of(entitlement_id: UUID) -> UUID | None:
    """Give the person who is told what becomes of a gift: whoever bought it, as far as known."""
    units = Entitlement.objects.filter(pk=entitlement_id)
    person: UUID | None = units.values_list("purchase__buyer_id", flat=True).first()
    return person


def shown_with(entitlement: Entitlement) -> GiftShown | None:
    """Give from whom a gift is and what they say, to somebody who holds its code."""
    gifts = Gift.objects.select_related("partner").filter(entitlement=entitlement, ended_at=None)
    gift = gifts.first()
    words = gift.words() if gift is not None else None
    if gift is None or words is None:
        return None
    sender = words.sender_name or (gift.partner.name if gift.partner else "")
    return GiftShown(sender=sender, message=words.message)


def traced_gifts(units: Iterable[Entitlement], *, now: datetime) -> dict[UUID, TracedGift]:
    """Give the last gift of each of these that has one, for staff."""
    gifts = _told().filter(entitlement__in=[unit.pk for unit in units])
    return {gift.entitlement_id: _traced(gift, now) for gift in gifts.order_by("created_at", "pk")}


def _told() -> QuerySet[Gift]:
    held = Assignment.objects.filter(ended_at=None).select_related("account")
    return Gift.objects.select_related("recipient", "giver", "partner").prefetch_related(
        Prefetch("deliveries", MAILS, to_attr="mails"),
        Prefetch("entitlement__assignments", held, to_attr="held"),
    )


def _standing(gift: Gift, now: datetime) -> GiftStanding:
    if gift.ended_at is not None:
        claimed = gift.ended_because == GiftEnd.CLAIMED
        return GiftStanding.CLAIMED if claimed else GiftStanding.OVER
    if gift.opened_at is not None:
        return GiftStanding.OPENED
    if gift.recipient_id is None:
        return GiftStanding.CARD
    mail = _last_mail(gift)
    if mail is None or mail.is_unneeded or (mail.sent_at is None and mail.parked_at is None):
        later = gift.send_at > now
        return GiftStanding.SCHEDULED if later else GiftStanding.LEAVING
    back = mail.bounced_at is not None or mail.sent_at is None
    return GiftStanding.CAME_BACK if back else GiftStanding.SENT


def _last_mail(gift: Gift) -> Delivery | None:
    mails: list[Delivery] = getattr(gift, "mails", [])
    return mails[-1] if mails else None


def _given(gift: Gift, now: datetime) -> GivenGift:
    mail = _last_mail(gift)
    standing = _standing(gift, now)
    held: list[Assignment] = getattr(gift.entitlement, "held", [])
    elsewhere = gift.recipient_id is not None and any(
        one.account.person_id != gift.recipient_id for one in held
    )
    return GivenGift(
        id=gift.pk,
        standing=standing,
        recipient_mail=_address(gift.recipient),
        words=gift.words() or GiftWords(),
        send_at=gift.send_at,
        time_zone=gift.time_zone,
        sent_at=mail.sent_at if mail else None,
        opened_at=gift.opened_at,
        ended_at=gift.ended_at,
        claimed_elsewhere=elsewhere and standing is GiftStanding.CLAIMED,
        by_partner=gift.partner_id is not None,
    )


def _address(person: Person | None) -> str:
    contact = person.contact() if person is not None else None
    return contact.mail if contact else ""


def _traced(gift: Gift, now: datetime) -> TracedGift:
    words = gift.words()
    over = gift.ended_because if gift.ended_at is not None else ""
    return TracedGift(
        standing=over or _standing(gift, now).value,
        recipient=masked(gift.recipient),
        giver=masked(gift.giver),
        partner=gift.partner.name if gift.partner else "",
        send_at=gift.send_at,
        time_zone=gift.time_zone,
        opened_at=gift.opened_at,
        has_message=bool(words and words.message),
        is_open=gift.ended_at is None,
    )
