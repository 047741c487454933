"""Telling those who have something, and those it passes between, what was done."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from counterfoil.effects.queueing import Taken, delivery_to
from counterfoil.models import Assignment, Delivery, DeliveryKind, Entry, Transfer
from counterfoil.rules.acts import Act
from counterfoil.rules.people import ActorKind

GIVEN = {Act.ASSIGN, Act.TRANSFER}
ANSWERED = {Act.DECLINE_TRANSFER, Act.LAPSE_TRANSFER, Act.TRANSFER}
Key = tuple[UUID, int]


def assignments_to_tell(taken: Sequence[Taken], at: datetime) -> Iterable[Delivery]:
    """
    Tell whoever was given something by somebody else that it is theirs.

    Those who took it themselves know; those whom a channel names as holders are told by it.
    """
    meant = [one for one in taken if one.act_name in GIVEN]
    entries = _entries(meant)
    held = _holders({one.entitlement_id for one in meant})
    for one in meant:
        entry = entries[one.entitlement_id, one.seq]
        holder = held.get(one.entitlement_id)
        if entry.move != "redeem" or holder is None or holder.account.person_id is None:
            continue
        is_own = entry.actor_kind == ActorKind.CUSTOMER and entry.actor_id == str(holder.account_id)
        if is_own or entry.actor_kind == ActorKind.CHANNEL:
            continue
        yield delivery_to(
            holder.account.person_id,
            kind=DeliveryKind.ASSIGNED,
            cause=f"assigned:{one.act}:{one.entitlement_id.hex}",
            at=at,
            purchase_id=one.purchase_id,
            entitlement_id=one.entitlement_id,
        )


def offers_to_tell(taken: Sequence[Taken], at: datetime) -> Iterable[Delivery]:
    """Tell whoever is offered something; and that it was called off, if they were told before."""
    meant = [one for one in taken if one.act_name in (Act.OFFER_TRANSFER, Act.CANCEL_TRANSFER)]
    for one, offer in _offers(meant):
        called_off = one.act_name == Act.CANCEL_TRANSFER
        yield delivery_to(
            offer.recipient_id,
            kind=DeliveryKind.TRANSFER_NEWS if called_off else DeliveryKind.TRANSFER,
            cause=f"{one.act_name}:{offer.pk}",
            at=at,
            purchase_id=one.purchase_id,
            entitlement_id=one.entitlement_id,
            transfer_id=offer.pk,
        )


def answers_to_tell(taken: Sequence[Taken], at: datetime) -> Iterable[Delivery]:
    """Tell whoever offered something what came of it."""
    meant = [one for one in taken if one.act_name in ANSWERED]
    for one, offer in _offers(meant):
        person_id = offer.assignment.account.person_id
        if person_id is not None:
            yield delivery_to(
                person_id,
                kind=DeliveryKind.TRANSFER_NEWS,
                cause=f"answered:{offer.pk}",
                at=at,
                purchase_id=one.purchase_id,
                entitlement_id=one.entitlement_id,
                transfer_id=offer.pk,
            )


def moves_to_tell(taken: Sequence[Taken], at: datetime) -> Iterable[Delivery]:
    """Tell whoever had something that staff gave it to somebody else."""
    meant = [one for one in taken if one.act_name == Act.TRANSFER]
    entries = _entries(meant)
    moved = {
        str(entry.data["assignment"]): one
        for one in meant
        for entry in [entries[one.entitlement_id, one.seq]]
        if entry.move == "unassign" and "transfer" not in entry.data
    }
    before = Assignment.objects.filter(pk__in=list(moved), account__person__isnull=False)
    for assignment_id, person_id in before.values_list("pk", "account__person_id"):
        one = moved[str(assignment_id)]
        yield delivery_to(
            person_id,
            kind=DeliveryKind.TRANSFER_NEWS,
            cause=f"moved:{one.act}:{one.entitlement_id.hex}",
            at=at,
            purchase_id=one.purchase_id,
            entitlement_id=one.entitlement_id,
        )


def _offers(taken: Sequence[Taken]) -> Iterator[tuple[Taken, Transfer]]:
    """Give each act on an offer once, with the offer."""
    entries = _entries(taken)
    named: dict[str, Taken] = {}
    for one in taken:
        offer_id = entries[one.entitlement_id, one.seq].data.get("transfer")
        if offer_id is not None:
            named.setdefault(str(offer_id), one)
    offers = Transfer.objects.select_related("assignment__account").filter(pk__in=list(named))
    for offer in offers.order_by("pk"):
        yield named[str(offer.pk)], offer


def _entries(taken: Sequence[Taken]) -> Mapping[Key, Entry]:
    if not taken:
        return {}
    found = Entry.objects.filter(act__in={one.act for one in taken})
    return {(entry.entitlement_id, entry.seq): entry for entry in found}


def _holders(entitlement_ids: Iterable[UUID]) -> Mapping[UUID, Assignment]:
    held = Assignment.objects.filter(entitlement__in=list(entitlement_ids), ended_at=None)
    return {one.entitlement_id: one for one in held.select_related("account")}
