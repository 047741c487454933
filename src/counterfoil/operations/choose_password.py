"""Let somebody choose their own password."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from counterfoil.errors import PasswordWeak
from counterfoil.models import StaffAccess
from counterfoil.operations._staff import close_sessions, remember, staff_user
from counterfoil.rules.people import Actor


@transaction.atomic
def choose_password(
    *, user_id: Any, password: str, by: Actor, at: datetime, session_id: UUID | None = None
) -> None:
    """
    Take a password somebody chose for themselves; their other sessions end.

    :raises NotStaff: if there is nobody of this id.
    :raises PasswordWeak: if the rules of this installation do not allow it, or it is the one
        they have now.
    """
    user = staff_user(user_id)
    if user.check_password(password):
        raise PasswordWeak("Choose another one than you have now.")
    try:
        validate_password(password, cast("Any", user))
    except ValidationError as wrong:
        raise PasswordWeak(" ".join(wrong.messages)) from None
    user.password = make_password(password)
    user.save(update_fields=["password"])
    StaffAccess.objects.filter(user_id=user.pk).update(first_password_until=None)
    close_sessions(user, at=at, besides=session_id)
    remember("password_chosen", user, by=by, at=at)
