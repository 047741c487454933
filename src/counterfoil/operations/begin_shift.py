"""Remember that a member of staff has come in."""

from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.models import ConsoleSignIn, StaffSession
from counterfoil.models.keys import keyring
from counterfoil.operations._staff import staff_user
from counterfoil.rules.people import Actor


@transaction.atomic
def begin_shift(
    *,
    user_id: Any,
    address: str,
    agent: str,
    by: Actor,
    at: datetime,
) -> StaffSession:
    """
    Keep that somebody signed in, from where, and give the session that can be ended.

    :raises NotStaff: if there is nobody of this id.
    """
    user = staff_user(user_id)
    found = keyring().lookup("staff:", user.get_username().strip().casefold())
    ConsoleSignIn.objects.create(
        at=at, key_id=found.key_id, lookup=found.digest, address=address, succeeded=True
    )
    return StaffSession.objects.create(
        user_id=user.pk,
        started_at=at,
        seen_at=at,
        address=address,
        agent="".join(filter(str.isprintable, agent))[:200],
    )
