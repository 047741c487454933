"""Let somebody in as a member of staff."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction

from counterfoil.errors import StaffInvalid, UserNameTaken
from counterfoil.models.users import has_field
from counterfoil.operations._staff import one_at_a_time, remember, set_first_password, set_rights
from counterfoil.rules.people import Actor, normalise_mail


@transaction.atomic
def let_in_staff(
    *,
    username: str,
    first_name: str,
    last_name: str,
    mail: str,
    roles: Collection[str],
    singles: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> tuple[AbstractUser, str]:
    """
    Make a user who may enter the console, with roles, and give the password they come in with.

    It is good for a day and for one thing: choosing their own. Nobody sees it again.

    :raises StaffInvalid: if user name, address or roles cannot be.
    :raises UserNameTaken: if somebody has the user name already.
    :raises RolesConflict: if the roles do not go together.
    """
    one_at_a_time()
    users = get_user_model()
    if mail and normalise_mail(mail) is None:
        raise StaffInvalid("This is not an address that mail can reach.")
    names = {"first_name": first_name, "last_name": last_name, users.get_email_field_name(): mail}
    told = {name: value for name, value in names.items() if has_field(name)}
    made = users(**told | {users.USERNAME_FIELD: username, "is_staff": True})
    user = cast("AbstractUser", made)
    user.set_unusable_password()
    try:
        user.clean_fields()
    except ValidationError as wrong:
        raise StaffInvalid(" ".join(wrong.messages)) from None
    if users._default_manager.filter(**{f"{users.USERNAME_FIELD}__iexact": username}).exists():
        raise UserNameTaken
    user.save()
    set_rights(user, roles=roles, singles=singles)
    password = set_first_password(user, at=at)
    remember("staff_let_in", user, by=by, at=at, roles=sorted(roles), singles=sorted(singles))
    return user, password
