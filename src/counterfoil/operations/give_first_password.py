"""Let somebody come in anew: back after a lock-out, or without their password."""

from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.operations._staff import close_sessions, colleague, remember, set_first_password
from counterfoil.rules.people import Actor


@transaction.atomic
def give_first_password(*, user_id: Any, by: Actor, at: datetime) -> str:
    """
    Give a colleague a password to come in with once more; the old one opens nothing.

    It is good for a day and for choosing their own. Somebody who was locked out is let back in.
    An authenticator stays: whoever lost that too needs it reset.

    :raises NotStaff: if there is nobody of this id.
    :raises OwnRoles: if it is oneself.
    :raises AboveYou: if only a superuser may.
    """
    user = colleague(user_id, by=by)
    was_out = not user.is_active
    if was_out:
        user.is_active = True
        user.save(update_fields=["is_active"])
    password = set_first_password(user, at=at)
    close_sessions(user, at=at)
    remember("staff_let_back_in" if was_out else "first_password_given", user, by=by, at=at)
    return password
