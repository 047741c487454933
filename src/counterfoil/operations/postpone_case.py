"""Say by when a case is to be settled instead."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from counterfoil.errors import DueInvalid, ReasonMissing
from counterfoil.models import ExceptionCase
from counterfoil.models.cases import refuse_of_another
from counterfoil.operations._auditing import note
from counterfoil.operations._cases import lock_open
from counterfoil.rules.people import Actor

LONGEST = timedelta(days=90)


@transaction.atomic
def postpone_case(
    *, case_id: UUID, until: datetime, comment: str, by: Actor, at: datetime
) -> ExceptionCase:
    """
    Let a case wait, such as for a customer's answer: it is due at ``until`` and not before.

    :raises NotFound: if there is no such case.
    :raises CaseSettled: if it was settled.
    :raises CaseTaken: if somebody else works on it.
    :raises DueInvalid: if the moment is past, or more than ninety days away.
    :raises ReasonMissing: if nobody says what is waited for.
    """
    if not at < until <= at + LONGEST:
        raise DueInvalid
    if not comment.strip():
        raise ReasonMissing("Say what is waited for.")
    case = lock_open(case_id)
    refuse_of_another(case, by)
    before = case.due_at
    if before == until:
        return case
    case.due_at = until
    case.save(update_fields=["due_at"])
    data = {
        "from": before.isoformat() if before else None,
        "to": until.isoformat(),
        "told": comment.strip()[:300],
    }
    note("postpone_case", connection=None, subject=str(case.pk), by=by, at=at, data=data)
    return case
