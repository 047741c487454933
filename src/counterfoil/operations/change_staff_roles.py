"""Give somebody other roles."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.operations._staff import (
    colleague,
    needs_an_owner,
    one_at_a_time,
    remember,
    rights_of,
    set_rights,
)
from counterfoil.rules.people import Actor


@transaction.atomic
def change_staff_roles(
    *,
    user_id: Any,
    roles: Collection[str],
    singles: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> None:
    """
    Give a colleague exactly these roles and single permissions; they count at once.

    :raises NotStaff: if there is nobody of this id.
    :raises OwnRoles: if it is oneself.
    :raises AboveYou: if only a superuser may.
    :raises StaffInvalid: if there is no such role.
    :raises RolesConflict: if they do not go together.
    :raises LastOwner: if nobody could manage staff any more.
    """
    one_at_a_time()
    user = colleague(user_id, by=by)
    before = rights_of(user)
    set_rights(user, roles=roles, singles=singles)
    needs_an_owner()
    after = rights_of(user)
    if after != before:
        remember("staff_roles_changed", user, by=by, at=at, before=before, after=after)
