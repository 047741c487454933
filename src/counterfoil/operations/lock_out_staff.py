"""Lock a member of staff out."""

from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.errors import ReasonMissing
from counterfoil.operations._staff import (
    close_sessions,
    colleague,
    needs_an_owner,
    one_at_a_time,
    remember,
)
from counterfoil.rules.people import Actor


@transaction.atomic
def lock_out_staff(*, user_id: Any, reason: str, by: Actor, at: datetime) -> None:
    """
    Let a colleague in no more, from this moment; what they did stays under their name.

    :raises ReasonMissing: without a reason.
    :raises NotStaff: if there is nobody of this id.
    :raises OwnRoles: if it is oneself.
    :raises AboveYou: if only a superuser may.
    :raises LastOwner: if nobody could manage staff any more.
    """
    if not reason.strip():
        raise ReasonMissing
    one_at_a_time()
    user = colleague(user_id, by=by)
    if not user.is_active:
        return
    user.is_active = False
    user.save(update_fields=["is_active"])
    needs_an_owner()
    ended = close_sessions(user, at=at)
    remember("staff_locked_out", user, by=by, at=at, reason=reason[:200], sessions=ended)
