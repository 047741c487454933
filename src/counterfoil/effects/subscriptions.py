"""
What follows from which act.

Everything here runs in the dispatcher's transaction and only writes rows: deliveries to be made,
exceptions, and jobs that wake a worker. Whole batches at a time: what is bought, redeemed or
withdrawn by the thousand is followed up by the thousand.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F
from procrastinate.types import JSONDict

from counterfoil.effects import write_backs
from counterfoil.effects.entry_events import write_events
from counterfoil.effects.gifts import (
    claims_to_tell,
    codes_to_send_again,
    gifts_to_send,
    gifts_to_send_again,
)
from counterfoil.effects.holders import (
    answers_to_tell,
    assignments_to_tell,
    moves_to_tell,
    offers_to_tell,
)
from counterfoil.effects.jobs import provision_entitlement
from counterfoil.effects.queueing import Taken, Tell, delivery_to, of_purchase, queue
from counterfoil.models import (
    Assignment,
    Delivery,
    DeliveryKind,
    Entitlement,
    Partner,
    Provisioning,
    Purchase,
    Suspension,
)
from counterfoil.operations.link_account import link_account
from counterfoil.operations.park import park
from counterfoil.operations.settle_suspension import settle_suspension
from counterfoil.rules.acts import Act
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

TO_BUYERS = {Act.ISSUE, Act.GRANT, Act.CORRECT_BUYER}
ARRIVING = {Act.MINT, Act.ISSUE, Act.GRANT, Act.UNASSIGN, Act.TRANSFER, Act.REINSTATE}
CODE_CHANGING = {Act.REPLACE_CODE, Act.UNASSIGN}
DOWNSTREAM = {
    Act.REDEEM,
    Act.ASSIGN,
    Act.COMPLETE_SUBJECT,
    Act.UNASSIGN,
    Act.REVOKE,
    Act.DECIDE_REFUND,
    Act.REINSTATE,
    Act.RETRY_PROVISIONING,
    Act.CORRECT_SUBJECT,
    Act.TRANSFER,
}


def follow(taken: Sequence[Taken], *, at: datetime) -> None:
    """Do what follows from these entries."""
    write_events(taken)
    queue([delivery for tell in TELLING for delivery in tell(taken, at)])
    _hold_what_came({one.entitlement_id for one in taken if one.act_name in ARRIVING}, at)
    write_backs.want({one.purchase_id for one in taken if one.purchase_id}, at=at)
    _wake_provisioning({one.entitlement_id for one in taken if one.act_name in DOWNSTREAM})


def _codes_to_tell(taken: Sequence[Taken], at: datetime) -> Iterable[Delivery]:
    """Tell buyers of their codes: once per act, however many codes there are."""
    issued = {(one.act, one.purchase_id) for one in taken if one.act_name in TO_BUYERS}
    changed = {one for one in taken if one.act_name in CODE_CHANGING}
    purchases = Purchase.objects.in_bulk(
        {purchase for _, purchase in issued if purchase}
        | {one.purchase_id for one in changed if one.purchase_id}
    )
    link_account(purchase_ids=[pk for _, pk in issued if pk], by=SYSTEM, at=at)
    causes: list[tuple[str, UUID | None, UUID | None]]
    causes = [(f"issued:{act}", purchase, None) for act, purchase in sorted(issued)]
    causes += [
        (of_purchase("replaced", one), one.purchase_id, one.entitlement_id) for one in changed
    ]
    for cause, purchase_id, entitlement_id in causes:
        purchase = purchases.get(purchase_id) if purchase_id else None
        if purchase is None or not purchase.notify:
            continue
        if purchase.buyer_id is None:
            _park_undeliverable(purchase, cause, at)
            continue
        yield delivery_to(
            purchase.buyer_id,
            kind=DeliveryKind.CODES,
            cause=cause,
            at=at,
            purchase_id=purchase_id,
            entitlement_id=entitlement_id,
        )


def _fulfilments_to_tell(taken: Sequence[Taken], at: datetime) -> Iterable[Delivery]:
    """Tell holders that it is set up, those whose address we know."""
    acts = {one.entitlement_id: one for one in taken if one.act_name == Act.CONFIRM_FULFILMENT}
    holders = Assignment.objects.filter(
        entitlement__in=acts, ended_at=None, account__person__isnull=False
    )
    for entitlement_id, person_id in holders.values_list("entitlement_id", "account__person_id"):
        one = acts[entitlement_id]
        cause = f"fulfilled:{one.act}"
        yield delivery_to(
            person_id,
            kind=DeliveryKind.FULFILLED,
            cause=cause,
            at=at,
            purchase_id=one.purchase_id,
            entitlement_id=entitlement_id,
        )


def _wake_provisioning(entitlement_ids: Collection[UUID]) -> None:
    if not entitlement_ids:
        return
    due = Provisioning.objects.filter(entitlement__in=entitlement_ids, parked_at=None).exclude(
        wanted=F("got")
    )
    jobs: list[JSONDict] = [{"entitlement_id": str(pk)} for pk in due.values_list("pk", flat=True)]
    if jobs:
        provision_entitlement.batch_defer(*jobs)


def _hold_what_came(entitlement_ids: Collection[UUID], at: datetime) -> None:
    """Hold what became, or is again, claimable at a partner whose codes are on hold."""
    theirs = Entitlement.objects.filter(pk__in=entitlement_ids, partner__isnull=False)
    if entitlement_ids and Partner.objects.filter(suspension=Suspension.CODES).exists():
        came = list(theirs.values_list("pk", flat=True))
        settle_suspension(entitlement_ids=came, by=SYSTEM, at=at)


def _park_undeliverable(purchase: Purchase, cause: str, at: datetime) -> None:
    park(
        kind=ExceptionKind.NO_DELIVERY_ADDRESS,
        key=str(purchase.pk),
        evidence={"order": purchase.external_reference, "cause": cause},
        by=SYSTEM,
        at=at,
        purchase=purchase,
    )


TELLING: tuple[Tell, ...] = (
    _codes_to_tell,
    _fulfilments_to_tell,
    assignments_to_tell,
    offers_to_tell,
    answers_to_tell,
    moves_to_tell,
    gifts_to_send,
    gifts_to_send_again,
    codes_to_send_again,
    claims_to_tell,
)
"""Whom to tell of what was done: each gives the deliveries that follow from some acts."""
