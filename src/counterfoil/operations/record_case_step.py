"""Remember what somebody tried about a case."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import ExceptionCase
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def record_case_step(
    *, case_id: UUID, step: str, told: str, by: Actor, at: datetime
) -> ExceptionCase:
    """
    Remember a step that settles a case only if it helps, and what came of it.

    If the case was settled by it, the step is kept as the way that was taken.

    :raises NotFound: if there is no such case.
    """
    case = ExceptionCase.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotFound("There is no such exception.")
    data = {"kind": case.kind, "step": step, "told": told[:300]}
    act = "try_case"
    if case.resolved_at is not None and case.resolved_at >= at and not case.resolution:
        case.resolution = step[:40]
        case.save(update_fields=["resolution"])
        act, data["resolution"] = "settle_case", case.resolution
        data["comment"] = case.outcome
    note(act, connection=None, subject=str(case.pk), by=by, at=at, data=data)
    return case
