"""Close an exception, saying what came of it."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import ExceptionCase
from counterfoil.operations._case_news import tell_resolved
from counterfoil.rules.people import Actor


@transaction.atomic
def resolve_exception(*, kind: str, key: str, outcome: str, by: Actor, at: datetime) -> int:
    """
    Close the open exception about this, if there is one; gives how many were closed.

    Used by staff, and by the acts that find a matter settled in the meantime.
    """
    about = ExceptionCase.objects.filter(kind=str(kind), key=key[:200])
    closed = about.filter(resolved_at=None).update(
        resolved_at=at, resolved_by=(by.display or by.id)[:64], outcome=outcome[:300]
    )
    if closed:  # of one kind and key at most one is open
        newest = about.select_related("purchase").order_by("-opened_at", "-pk")
        tell_resolved(newest[0], at=at)
    return closed
