"""Close one case that somebody works on, saying what came of it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import OutcomeMissing
from counterfoil.models import ExceptionCase
from counterfoil.models.cases import refuse_of_another
from counterfoil.operations._auditing import note
from counterfoil.operations._case_news import tell_resolved
from counterfoil.operations._cases import lock_open
from counterfoil.rules.people import Actor


@transaction.atomic
def settle_case(
    *, case_id: UUID, outcome: str, resolution: str, by: Actor, at: datetime
) -> ExceptionCase:
    """
    Close a case with its outcome; ``resolution`` names the way that was taken.

    Of two who settle it at once the second is refused, and whatever it did in the same
    transaction with it.

    :raises NotFound: if there is no such case.
    :raises CaseSettled: if it was settled, saying by whom.
    :raises CaseTaken: if somebody else works on it.
    :raises OutcomeMissing: if nothing is said of what came of it.
    """
    if not outcome.strip():
        raise OutcomeMissing
    case = lock_open(case_id)
    refuse_of_another(case, by)
    case.resolved_at, case.resolved_by = at, (by.display or by.id)[:64]
    case.outcome, case.resolution = outcome.strip()[:300], resolution[:40]
    case.save(update_fields=["resolved_at", "resolved_by", "outcome", "resolution"])
    tell_resolved(case, at=at)
    data = {"kind": case.kind, "resolution": case.resolution, "comment": case.outcome}
    note("settle_case", connection=None, subject=str(case.pk), by=by, at=at, data=data)
    return case
