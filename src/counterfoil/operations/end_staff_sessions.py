"""Sign somebody out where they are signed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.models import StaffSession
from counterfoil.operations._staff import remember, staff_user
from counterfoil.rules.people import Actor


@transaction.atomic
def end_staff_sessions(
    *,
    user_id: Any,
    by: Actor,
    at: datetime,
    only: UUID | None = None,
    besides: UUID | None = None,
) -> int:
    """
    End somebody's sessions, one of them or all but one; gives how many there were.

    :raises NotStaff: if there is nobody of this id.
    """
    user = staff_user(user_id)
    found = StaffSession.objects.filter(user_id=user.pk, ended_at=None)
    if besides is not None:
        found = found.exclude(pk=besides)
    if only is not None:
        found = found.filter(pk=only)
    ended = found.update(ended_at=at)
    if ended and by.id != str(user.pk):
        remember("staff_sessions_ended", user, by=by, at=at, sessions=ended)
    return ended
