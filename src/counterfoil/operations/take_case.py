"""Take a case on, so that nobody else works on it as well."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import ExceptionCase
from counterfoil.models.cases import refuse_of_another
from counterfoil.operations._auditing import note
from counterfoil.operations._cases import lock_open
from counterfoil.rules.people import Actor


@transaction.atomic
def take_case(*, case_id: UUID, by: Actor, at: datetime) -> ExceptionCase:
    """
    Take a case on that nobody has. Taking one's own again changes nothing.

    :raises NotFound: if there is no such case.
    :raises CaseSettled: if it was settled.
    :raises CaseTaken: if somebody else has it.
    """
    case = lock_open(case_id)
    refuse_of_another(case, by)
    if case.owner_id == by.id:
        return case
    case.owner_id, case.owner_display, case.taken_at = by.id, by.display, at
    case.save(update_fields=["owner_id", "owner_display", "taken_at"])
    note("take_case", connection=None, subject=str(case.pk), by=by, at=at)
    return case
