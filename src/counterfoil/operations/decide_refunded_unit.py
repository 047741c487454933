"""Decide about one unit whose money went back: revoke it, or let them keep it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NothingToDecide, RefundUnitsInvalid
from counterfoil.models import Decision, Entitlement, ExceptionCase, RefundedEntitlement
from counterfoil.operations._deciding import Ruling, ruling_of, still_asked
from counterfoil.operations._loading import read, require_reason
from counterfoil.operations._refunded import lock_purchase
from counterfoil.operations._withdrawing import AFTER_ASSIGNMENT
from counterfoil.rules.people import Actor


@transaction.atomic
def decide_refunded_unit(
    *,
    entitlement_id: UUID,
    decision: Decision,
    by: Actor,
    at: datetime,
    reason: str = "",
    comment: str = "",
) -> None:
    """
    Say whether a unit that was refunded, cancelled or taken off its order is revoked or kept.

    It takes the place of what was decided before, by the terms or by a person, and closes the
    exception about it. What had been revoked for the refund and is kept after all comes back.
    Deciding the same again changes nothing.

    :raises NotFound: if there is no such entitlement.
    :raises NothingToDecide: if no refund takes it and no exception waits for a decision about it.
    :raises RefundUnitsInvalid: if the decision is to leave it undecided.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    decision = Decision(decision)
    if decision is Decision.PENDING:
        raise RefundUnitsInvalid
    unit = _lock(entitlement_id)
    decided = RefundedEntitlement.objects.filter(entitlement=unit, superseded_at=None)
    known = decided.select_related("refund").first()
    if known is not None:
        reference = known.refund.external_reference
        ruling = ruling_of(by=by, at=at, reason=reason, comment=comment, reference=reference)
        if known.decision != decision:
            ruling.write(known.refund, [unit.pk], decision)
        elif not still_asked([unit.pk]):
            return
    else:
        ruling = _about_case(unit, by=by, at=at, reason=reason, comment=comment)
    if decision is Decision.REVOKE:
        ruling.revoke([unit.pk])
    else:
        ruling.leave([unit.pk], decision)


def _lock(entitlement_id: UUID) -> Entitlement:
    """Lock the purchase, as whoever settles its refunds does, and then the entitlement."""
    found = Entitlement.objects.filter(pk=entitlement_id, purchase__isnull=False)
    purchase_id = found.values_list("purchase_id", flat=True).first()
    if purchase_id is not None:
        lock_purchase(purchase_id)
    return read(entitlement_id)


def _about_case(unit: Entitlement, *, by: Actor, at: datetime, reason: str, comment: str) -> Ruling:
    case = ExceptionCase.objects.filter(
        kind=AFTER_ASSIGNMENT.value, key=unit.handle, resolved_at=None
    ).first()
    if case is None:
        raise NothingToDecide
    because = str(case.evidence.get("reason", ""))
    return ruling_of(by=by, at=at, reason=reason, comment=comment, because=because, reference="")
