"""
Bringing the host's record to what is wanted.

Level-triggered: nothing here asks what happened, only how what the host has differs from what it
should have. The host is called outside of any transaction; before it, ``got`` is set to *maybe*,
so that whoever dies during the call leaves a difference that is found again.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from counterfoil.effects import breaker
from counterfoil.effects.calling import CUT_AFTER, CallCut, call
from counterfoil.effects.provisioning import (
    ProvisioningAccepted,
    ProvisioningFailed,
    ProvisioningPutOff,
    ProvisioningRefused,
    ProvisioningRequest,
    RemovalRequest,
)
from counterfoil.models import Assignment, Downstream, Entitlement, Provisioning
from counterfoil.operations.confirm_fulfilment import confirm_fulfilment
from counterfoil.operations.confirm_removal import confirm_removal
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.keepable import flaw_in
from counterfoil.rules.people import SYSTEM

logger = logging.getLogger(__name__)

LEASE = CUT_AFTER + timedelta(seconds=10)  # after this a call counts as lost
GIVE_UP_AFTER = timedelta(hours=72)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)
CONFIRMED_WITHIN = timedelta(minutes=5)  # before a host that will confirm is asked again
MOST_STEPS = 4  # remove the old one, make the new one, and twice the change of mind in between

NEVER_CONFIRMED = "It was accepted, and is not confirmed yet."
NOT_ASKED = "The system is down, so it was not asked."
TOO_SLOW = "It did not answer in time."
NO_ANSWER = "It has not answered yet."

Step = tuple[Provisioning, ProvisioningRequest | RemovalRequest]


def provision_due(*, at: datetime, limit: int = 100) -> int:
    """Work on what is due, the longest due first; gives how many were worked on."""
    due = Provisioning.objects.filter(parked_at=None, next_attempt_at__lte=at).exclude(
        wanted=F("got")
    )
    if breaker.is_open(at=at):
        return _give_up(due.filter(changed_at__lte=at - GIVE_UP_AFTER)[:limit], at)
    keys = due.order_by("next_attempt_at").values_list("pk", flat=True)[:limit]
    return sum(provision(pk, at=at) for pk in keys)


def provision(entitlement_id: UUID, *, at: datetime) -> bool:
    """
    Bring one record to what is wanted, unless it is, is not due yet, or somebody is at it.

    What changes meanwhile is taken up at once; gives whether anything was tried.
    """
    tried = 0
    while tried < MOST_STEPS and (step := _claimed(entitlement_id, at)) is not None:
        tried += 1
        _take(*step, at)
    return tried > 0


def _take(row: Provisioning, request: ProvisioningRequest | RemovalRequest, at: datetime) -> None:
    """Call the host and keep its answer."""
    try:
        reference = call(request)
    except ProvisioningAccepted:
        breaker.answered(at=at)
        _accepted(row, request.handle, at)
        return
    except CallCut:
        at += CUT_AFTER
        _failed(row, request.handle, ProvisioningFailed(TOO_SLOW), at)
        breaker.failed(row.pk, TOO_SLOW, at=at)
        return
    except Exception as error:  # noqa: BLE001 - whatever the host's code raises
        _failed(row, request.handle, error, at)
        if not isinstance(error, ProvisioningRefused | ProvisioningPutOff):
            breaker.failed(row.pk, _in_words(error), at=at)
        return
    breaker.answered(at=at)
    version = row.tried_version or row.version
    if reference is None:
        confirm_removal(entitlement_id=row.pk, version=version, by=SYSTEM, at=at)
    else:
        confirm_fulfilment(
            entitlement_id=row.pk, version=version, reference=reference[:200], by=SYSTEM, at=at
        )
    resolve_exception(
        kind=ExceptionKind.PROVISIONING_PARKED,
        key=request.handle,
        outcome="It went through in the end.",
        by=SYSTEM,
        at=at,
    )


@transaction.atomic
def _claimed(entitlement_id: UUID, at: datetime) -> Step | None:
    """Mark an attempt, and say what to ask of the host."""
    row = (
        Provisioning.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("entitlement__product")
        .filter(pk=entitlement_id, parked_at=None, next_attempt_at__lte=at)
        .exclude(wanted=F("got"))
        .first()
    )
    if row is None or not breaker.may_ask(at=at):
        return None
    another = row.got != Downstream.NONE and row.tried_version != row.version
    if row.wanted == Downstream.NONE or another:
        request: ProvisioningRequest | RemovalRequest = _removal(row)
    else:
        row.got, row.tried_version = Downstream.MAYBE, row.version
        request = _creation(row)
    if row.last_error == NO_ANSWER:  # whoever asked last waits still, or is dead
        breaker.failed(row.pk, NO_ANSWER, at=at)
    row.attempts = min(row.attempts + 1, 1_000)
    row.next_attempt_at, row.last_error = at + LEASE, NO_ANSWER
    row.save(update_fields=["got", "tried_version", "attempts", "next_attempt_at", "last_error"])
    return row, request


def _removal(row: Provisioning) -> RemovalRequest:
    entitlement = row.entitlement
    return RemovalRequest(
        key=_key(entitlement, row.tried_version or row.version),
        handle=entitlement.handle,
        product=entitlement.product.sku,
        is_test=entitlement.is_test,
        reference=row.reference,
    )


def _creation(row: Provisioning) -> ProvisioningRequest:
    entitlement = row.entitlement
    held = Assignment.objects.select_related("account__person", "account__user", "subject").get(
        entitlement=entitlement, ended_at=None
    )
    account, subject = held.account, held.subject
    contact = account.person.contact() if account.person else None
    mail = contact.mail if contact else getattr(account.user, "email", "")
    return ProvisioningRequest(
        key=_key(entitlement, row.version),
        handle=entitlement.handle,
        product=entitlement.product.sku,
        is_test=entitlement.is_test,
        account=account.external_reference or str(account.pk),
        mail=mail,
        subject_kind=subject.kind if subject else "",
        subject=subject.data if subject else {},
        subject_reference=subject.external_reference if subject else "",
        answers={one.key: one.answers() for one in held.steps.filter(key_id__isnull=False)},
    )


def _key(entitlement: Entitlement, version: int) -> str:
    return f"{entitlement.handle}:{version}"


def _in_words(error: Exception) -> str:
    if isinstance(error, ProvisioningFailed) and flaw_in(words := str(error)) is None:
        return words
    return type(error).__name__


@transaction.atomic
def _failed(row: Provisioning, handle: str, error: Exception, at: datetime) -> None:
    told = _in_words(error)
    logger.warning("provisioning of %s failed at attempt %d: %s", handle, row.attempts, told)
    _later(row, told, at, pause(row.attempts))


@transaction.atomic
def _accepted(row: Provisioning, handle: str, at: datetime) -> None:
    logger.info("provisioning of %s will be confirmed later", handle)
    _later(row, NEVER_CONFIRMED, at, max(pause(row.attempts), CONFIRMED_WITHIN))


def _later(row: Provisioning, told: str, at: datetime, wait: timedelta) -> None:
    """Try again after a while, or tell a person once it has been too long."""
    unchanged = Provisioning.objects.filter(pk=row.pk, version=row.version).exclude(wanted=F("got"))
    if at >= row.changed_at + GIVE_UP_AFTER:
        _parked(row, told, at)
        return
    unchanged.update(last_error=told[:300], next_attempt_at=at + wait)


def _parked(row: Provisioning, told: str, at: datetime) -> None:
    unchanged = Provisioning.objects.filter(pk=row.pk, version=row.version, parked_at=None)
    if not unchanged.exclude(wanted=F("got")).update(last_error=told[:300], parked_at=at):
        return
    park(
        kind=ExceptionKind.PROVISIONING_PARKED,
        key=row.entitlement.handle,
        evidence={"wanted": row.wanted, "attempts": row.attempts, "error": told[:300]},
        by=SYSTEM,
        at=at,
        purchase=row.entitlement.purchase,
        entitlement=row.entitlement,
    )


@transaction.atomic
def _give_up(rows: QuerySet[Provisioning], at: datetime) -> int:
    """Tell a person of what has waited too long, though the host is not asked for it now."""
    late = list(rows.select_for_update(of=("self",), skip_locked=True))
    for row in late:
        _parked(row, row.last_error or NOT_ASKED, at)
    return len(late)


def pause(attempts: int) -> timedelta:
    """Give how long to wait after so many attempts: seconds, doubled each time, up to an hour."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 16)
    return min(doubled, LONGEST_PAUSE)
