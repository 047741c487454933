"""Let a case go, for anybody to take on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import ExceptionCase
from counterfoil.models.cases import refuse_of_another
from counterfoil.operations._auditing import note
from counterfoil.operations._cases import lock_open
from counterfoil.rules.people import Actor


@transaction.atomic
def give_back_case(*, case_id: UUID, by: Actor, at: datetime) -> ExceptionCase:
    """
    Let one's own case go. Where nobody has it, nothing is changed.

    :raises NotFound: if there is no such case.
    :raises CaseSettled: if it was settled.
    :raises CaseTaken: if somebody else has it.
    """
    case = lock_open(case_id)
    refuse_of_another(case, by)
    if not case.owner_id:
        return case
    case.owner_id, case.owner_display, case.taken_at = "", "", None
    case.save(update_fields=["owner_id", "owner_display", "taken_at"])
    note("give_back_case", connection=None, subject=str(case.pk), by=by, at=at)
    return case
