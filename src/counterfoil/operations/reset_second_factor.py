"""Take away an authenticator that was lost."""

from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.errors import ReasonMissing
from counterfoil.models import SecondFactor
from counterfoil.operations._staff import close_sessions, colleague, remember
from counterfoil.rules.people import Actor


@transaction.atomic
def reset_second_factor(*, user_id: Any, reason: str, by: Actor, at: datetime) -> None:
    """
    Take away the authenticator of a colleague, who sets up another one; their sessions end.

    :raises ReasonMissing: without a reason.
    :raises NotStaff: if there is nobody of this id.
    :raises OwnRoles: if it is one's own.
    :raises AboveYou: if only a superuser may.
    """
    if not reason.strip():
        raise ReasonMissing
    user = colleague(user_id, by=by)
    SecondFactor.objects.filter(user_id=user.pk).delete()
    ended = close_sessions(user, at=at)
    remember("second_factor_reset", user, by=by, at=at, reason=reason[:200], sessions=ended)
