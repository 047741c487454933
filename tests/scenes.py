"""Situations in which tests of acts begin, brought about by the acts themselves."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from counterfoil.models import (
    Downstream,
    Entitlement,
    HoldKind,
    Product,
    Provisioning,
    Reservation,
)
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.confirm_fulfilment import confirm_fulfilment
from counterfoil.operations.extend import extend
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.redeem import redeem
from counterfoil.operations.reserve import reserve as reserve_them
from counterfoil.operations.revoke import revoke
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, Issued, customer, now
from tests.batches import mint_batch

REX = {"name": "Rex"}
HOLD = {"kind": HoldKind.FRAUD, "reference": "case-1"}


def use(issued: Issued, by: Assignee) -> None:
    """Let somebody redeem the first code."""
    redeem(code=issued.code, to=by, by=customer(by), at=now(), origin=ORIGIN)


def fulfil(issued: Issued, by: Assignee) -> None:
    """Let somebody redeem the first code, say what it is for, and have the record made."""
    use(issued, by)
    complete_subject(entitlement_id=issued.id, answers=REX, by=customer(by), at=now())
    confirm(issued.id)


def ask_host(entitlement_id: UUID) -> int:
    """Ask the host for the record that is wanted, as the worker does; gives its version."""
    asked = Provisioning.objects.get(pk=entitlement_id)
    asked.got, asked.tried_version = Downstream.MAYBE, asked.version
    asked.save(update_fields=["got", "tried_version"])
    return asked.version


def confirm(entitlement_id: UUID, reference: str = "dog-1") -> Provisioning:
    """Let the host be asked, and say that it made the record."""
    return confirm_fulfilment(
        entitlement_id=entitlement_id,
        version=ask_host(entitlement_id),
        reference=reference,
        by=SYSTEM,
        at=now(),
    )


def suspend(*entitlement_ids: UUID, reference: str = "case-1") -> None:
    """Put these on hold."""
    place_hold(
        entitlement_ids=entitlement_ids,
        kind=HoldKind.FRAUD,
        reference=reference,
        by=OPERATOR,
        at=now(),
        reason="suspicion",
    )


def withdraw(*entitlement_ids: UUID) -> None:
    """Withdraw these."""
    revoke(entitlement_ids=entitlement_ids, by=OPERATOR, at=now(), reason="mistake")


def end(entitlement_id: UUID, until: datetime | None = None) -> None:
    """Let validity end: a second ago, or then."""
    until = until or now() - timedelta(seconds=1)
    extend(entitlement_id=entitlement_id, until=until, by=OPERATOR, at=now(), reason="mistake")


def reserve(entitlement_id: UUID, *, account_id: UUID | None, until: datetime) -> None:
    """Reserve this; until a moment that is over, if need be."""
    kept = reserve_them(
        owner="operator:operator-1",
        key=str(uuid4()),
        entitlement_ids=[entitlement_id],
        account_id=account_id,
        until=max(until, now() + timedelta(hours=1)),
        by=OPERATOR,
        at=now(),
    )
    if until <= now():
        come_to_time(kept, until=until)


def come_to_time(reservation: Reservation, *, until: datetime | None = None) -> None:
    """Let the time of a reservation come without waiting for it, behind the ledger's back."""
    past = until or now() - timedelta(seconds=1)
    kept = Entitlement.objects.filter(
        reservations__reservation=reservation, reservations__ended_at=None
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the guards are off
        Reservation.objects.filter(pk=reservation.pk).update(until=past)
        kept.update(reserved_until=past)
        cursor.execute("SET LOCAL session_replication_role = origin")


def mint(product: Product) -> tuple[UUID, str]:
    """Mint one that was not sold yet."""
    printed = mint_batch(product, 1)
    return printed.entitlement_ids[0], printed.codes[0]


def history(entitlement_id: UUID) -> list[str]:
    """Name the acts of which the ledger tells."""
    entitlement = Entitlement.objects.get(pk=entitlement_id)
    return list(entitlement.entries.order_by("seq").values_list("act_name", flat=True))
