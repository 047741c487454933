"""Decide what a refund takes back."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import RefundNotPaid, RefundSaysOtherwise
from counterfoil.models import Decision
from counterfoil.operations import _refunded
from counterfoil.operations._auditing import note
from counterfoil.operations._deciding import NOT_TAKEN, ruling_of, still_asked, told_as
from counterfoil.operations._loading import require_reason
from counterfoil.operations._refund_rows import key_of
from counterfoil.operations._rulings import write_ruling
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import RefundStatus
from counterfoil.rules.people import Actor


@transaction.atomic
def decide_refund(
    *,
    purchase_id: UUID,
    reference: str,
    takes: Mapping[UUID, Decision],
    by: Actor,
    at: datetime,
    reason: str = "",
    comment: str = "",
) -> None:
    """
    Say which entitlements a refund takes back, and for each whether it is revoked or kept.

    ``takes`` is the whole answer: what is not in it was not refunded by this, and comes back if it
    had been withdrawn for it; with nothing in it, the refund is money alone (shipping, goodwill).
    It takes the place of what was decided before, by the terms or by a person, and closes the
    exceptions about it. Deciding the same again changes nothing. Where the channel said how many of
    which line went back, that stands: which of them, and what becomes of them, is decided here.

    :raises NotFound: if there is no such purchase; RefundUnknown, if it has no such refund.
    :raises RefundNotPaid: if the refund is on its way, or failed.
    :raises RefundSaysOtherwise: if the channel says of how many units it is, and it is others.
    :raises RefundedByAnother: if another refund has taken one of the units.
    :raises RefundUnitsInvalid: if a unit is of another purchase, or nothing is decided for it.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    takes = {pk: Decision(decision) for pk, decision in takes.items()}
    purchase = _refunded.lock_purchase(purchase_id)
    refund = _refunded.read(purchase, reference)
    if refund.told.status is not RefundStatus.SUCCEEDED:
        raise RefundNotPaid
    units = _refunded.units_of(purchase, refund, takes)
    if not refund.is_open and Counter(unit.line_id for unit in units) != refund.counts:
        raise RefundSaysOtherwise
    ruling = ruling_of(by=by, at=at, reason=reason, comment=comment, reference=reference)
    before = refund.decisions
    asked = still_asked(takes)
    new = {pk: one for pk, one in takes.items() if pk in asked or before.get(pk) is not one}
    resolve_exception(
        kind=ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT,
        key=key_of(purchase, refund.told),
        outcome=told_as(takes.values()),
        by=by,
        at=at,
    )
    is_said = write_ruling(purchase, refund, takes, units, ruling)
    ruling.revoke({pk for pk, one in new.items() if one is Decision.REVOKE})
    ruling.leave({pk for pk, one in new.items() if one is Decision.KEEP}, Decision.KEEP)
    ruling.leave(before.keys() - takes.keys(), NOT_TAKEN)
    if is_said and not takes and not before:  # no entry tells of it
        about = {"purchase": str(purchase.pk), "reason": reason, "comment": comment}
        note("decide_refund", connection=None, subject=reference, by=by, at=at, data=about)
