"""Close an exception, saying what came of it."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import ExceptionCase
from counterfoil.rules.people import Actor


@transaction.atomic
def resolve_exception(*, kind: str, key: str, outcome: str, by: Actor, at: datetime) -> int:
    """
    Close the open exception about this, if there is one; gives how many were closed.

    Used by staff, and by the acts that find a matter settled in the meantime.
    """
    return ExceptionCase.objects.filter(kind=str(kind), key=key[:200], resolved_at=None).update(
        resolved_at=at, resolved_by=(by.display or by.id)[:64], outcome=outcome[:300]
    )
