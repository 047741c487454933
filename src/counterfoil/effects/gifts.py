"""Who is told of gifts: their recipients, and those who give."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from counterfoil.effects.queueing import Taken, delivery_to, of_purchase
from counterfoil.models import Assignment, Delivery, DeliveryKind, Entitlement, Entry, Gift, GiftEnd
from counterfoil.rules.acts import Act

GIVING = {Act.SET_GIFT, Act.CORRECT_RECIPIENT}
AGAIN = {Act.RESEND_CODE, Act.REPLACE_CODE}
CLAIMING = {Act.REDEEM, Act.ASSIGN}
KIND = DeliveryKind.GIFT
ITS_MAIL = Delivery.objects.filter(gift=OuterRef("pk"), kind=KIND)


def gifts_to_send(taken: Sequence[Taken], at: datetime) -> Iterable[Delivery]:
    """Send each gift on its day: one mail for each, however often its entry is read."""
    for gift in _open(_about(taken, GIVING)):
        due_at = max(gift.send_at, at)
        yield from _deliver(gift, gift.recipient_id, KIND, f"gift:{gift.pk}", at, due_at)


def gifts_to_send_again(taken: Sequence[Taken], at: datetime) -> Iterable[Delivery]:
    """
    Send a gift again when that was asked for, and when the code in its mail was replaced.

    A hold that stood on its day kept a gift back: it is sent when the hold is lifted.
    """
    acts = {one.entitlement_id: one for one in taken if one.act_name in AGAIN}
    sent = ITS_MAIL.filter(attempts__gt=0, is_unneeded=False)
    for gift in _open(acts).filter(Exists(sent)):
        one = acts[gift.entitlement_id]
        cause = f"{one.act_name}:{one.act}:{gift.pk.hex}"
        yield from _deliver(gift, gift.recipient_id, KIND, cause, at)
    lifted = {one.entitlement_id: one for one in taken if one.act_name == Act.LIFT_HOLD}
    kept_back = _open(lifted).filter(
        Exists(ITS_MAIL.filter(is_unneeded=True)), ~Exists(ITS_MAIL.filter(is_unneeded=False))
    )
    for gift in kept_back.filter(entitlement__held_count=0):
        cause = f"lift_hold:{lifted[gift.entitlement_id].act}:{gift.pk.hex}"
        yield from _deliver(gift, gift.recipient_id, KIND, cause, at)


def codes_to_send_again(taken: Sequence[Taken], at: datetime) -> Iterable[Delivery]:
    """Send buyers the code they asked for again, and the new one of a gift they called off."""
    again = {one.entitlement_id: one for one in taken if one.act_name == Act.RESEND_CODE}
    given = set(_open(again).values_list("entitlement_id", flat=True))
    called_off = {one.entitlement_id: one for one in taken if one.act_name == Act.CANCEL_GIFT}
    replaced = Entry.objects.filter(
        act__in=[one.act for one in called_off.values()], data__code_replaced=True
    )
    by_partner = Gift.objects.filter(
        entitlement__in=called_off, partner__isnull=False, ended_because=GiftEnd.CANCELLED
    )
    back = set(replaced.values_list("entitlement_id", flat=True))
    back -= set(by_partner.values_list("entitlement_id", flat=True))
    wanted = [("resent", one) for one in again.values() if one.entitlement_id not in given]
    wanted += [("replaced", one) for one in called_off.values() if one.entitlement_id in back]
    buyers = _buyers({one.entitlement_id for _, one in wanted})
    for told, one in wanted:
        if buyer := buyers.get(one.entitlement_id):
            yield delivery_to(
                buyer,
                kind=DeliveryKind.CODES,
                cause=of_purchase(told, one),
                at=at,
                purchase_id=one.purchase_id,
                entitlement_id=one.entitlement_id,
            )


def claims_to_tell(taken: Sequence[Taken], at: datetime) -> Iterator[Delivery]:
    """Tell givers that their gift was claimed, unless they used it themselves."""
    theirs = Assignment.objects.filter(
        entitlement=OuterRef("entitlement"), ended_at=None, account__person=OuterRef("giver")
    )
    claimed = Gift.objects.filter(
        ~Exists(theirs),
        entitlement__in=_about(taken, CLAIMING),
        ended_because=GiftEnd.CLAIMED,
        giver__isnull=False,
    )
    for gift in claimed.select_related("entitlement"):
        yield from _deliver(gift, gift.giver_id, DeliveryKind.GIFT_NEWS, f"claimed:{gift.pk}", at)


def bounces_to_tell(delivery: Delivery, at: datetime) -> Iterator[Delivery]:
    """Tell the giver that the mail of a gift came back, or could not be sent at all."""
    gift = delivery.gift
    if delivery.kind == KIND and gift is not None:
        cause = f"bounced:{delivery.pk}"
        yield from _deliver(gift, gift.giver_id, DeliveryKind.GIFT_NEWS, cause, at)


def _about(taken: Sequence[Taken], acts: Collection[str]) -> set[UUID]:
    return {one.entitlement_id for one in taken if one.act_name in acts}


def _open(entitlement_ids: Collection[UUID]) -> QuerySet[Gift]:
    """Give the gifts of these that are sent by mail and not over."""
    open_ones = Gift.objects.filter(
        entitlement__in=list(entitlement_ids), ended_at=None, recipient__isnull=False
    )
    return open_ones.select_related("entitlement")


def _deliver(
    gift: Gift,
    to: UUID | None,
    kind: DeliveryKind,
    cause: str,
    at: datetime,
    due_at: datetime | None = None,
) -> Iterator[Delivery]:
    if to is not None:
        yield delivery_to(
            to,
            kind=kind,
            cause=cause,
            at=at,
            due_at=due_at,
            purchase_id=gift.entitlement.purchase_id,
            entitlement_id=gift.entitlement_id,
            gift_id=gift.pk,
        )


def _buyers(entitlement_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Give who bought each of these, as far as they are told anything."""
    bought = Entitlement.objects.filter(pk__in=list(entitlement_ids), purchase__notify=True)
    told = bought.exclude(purchase__buyer=None).values_list("pk", "purchase__buyer_id")
    return {pk: buyer for pk, buyer in told if buyer is not None}
