"""What the acts on staff have in common: who is meant, and who may not."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.auth.models import Permission as GivenPermission
from django.core.exceptions import ValidationError
from django.db import connection

from counterfoil.errors import AboveYou, LastOwner, NotStaff, OwnRoles, RolesConflict, StaffInvalid
from counterfoil.models import StaffAccess, StaffSession
from counterfoil.models.users import staff_who_may
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import ROLES, SINGLE, Permission, conflict_in
from counterfoil.rules.second_factors import draw_first_password

FIRST_PASSWORD = timedelta(hours=24)


def one_at_a_time() -> None:
    """Wait for whoever else changes the access of staff, until this transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('counterfoil:staff', 0))")


def staff_user(user_id: Any) -> AbstractUser:
    """
    Give a member of staff, their row locked; also one who is locked out.

    :raises NotStaff: if there is none of this id.
    """
    try:
        found = (
            get_user_model()
            ._default_manager.select_for_update()
            .filter(pk=user_id, is_staff=True)
            .first()
        )
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotStaff
    return cast("AbstractUser", found)


def colleague(user_id: Any, *, by: Actor) -> AbstractUser:
    """
    Give somebody whose access ``by`` may change.

    :raises NotStaff: if there is none of this id.
    :raises OwnRoles: if it is whoever asks.
    :raises AboveYou: if only a superuser may.
    """
    user = staff_user(user_id)
    if str(user.pk) == by.id:
        raise OwnRoles
    users = get_user_model()._default_manager
    if user.is_superuser and not users.filter(pk=by.id, is_superuser=True).exists():
        raise AboveYou
    return user


def needs_an_owner() -> None:
    """
    Refuse what leaves nobody who may manage staff.

    :raises LastOwner: if nobody would be left.
    """
    if not staff_who_may(Permission.MANAGE_STAFF).exists():
        raise LastOwner


def set_rights(user: AbstractUser, *, roles: Collection[str], singles: Collection[str]) -> None:
    """
    Give exactly these of our roles and single permissions; groups of the host stay as they are.

    :raises StaffInvalid: if there is no such role or permission.
    :raises RolesConflict: if they do not go together.
    """
    if not set(roles) <= set(ROLES) or not set(singles) <= {one.value for one in SINGLE}:
        raise StaffInvalid("There is no such role.")
    given = frozenset().union(*(ROLES[role] for role in roles), map(Permission, singles))
    if conflict_in(given):
        raise RolesConflict
    user.groups.remove(*user.groups.filter(name__in=ROLES))
    user.groups.add(*Group.objects.filter(name__in=roles))
    ours = GivenPermission.objects.filter(
        content_type__app_label="counterfoil", content_type__model="entitlement"
    )
    user.user_permissions.remove(*ours.filter(codename__in=[one.value for one in SINGLE]))
    user.user_permissions.add(*ours.filter(codename__in=list(singles)))


def rights_of(user: AbstractUser) -> dict[str, list[str]]:
    """Give the roles and single permissions somebody has, as they are written down."""
    singles = user.user_permissions.filter(codename__in=[one.value for one in SINGLE])
    return {
        "roles": sorted(user.groups.filter(name__in=ROLES).values_list("name", flat=True)),
        "singles": sorted(singles.values_list("codename", flat=True)),
    }


def set_first_password(user: AbstractUser, *, at: datetime) -> str:
    """Draw the password somebody comes in with the next time, for a day and to be replaced."""
    password = draw_first_password()
    user.password = make_password(password)
    user.save(update_fields=["password"])
    until = {"first_password_until": at + FIRST_PASSWORD}
    StaffAccess.objects.update_or_create(user_id=user.pk, defaults=until)
    return password


def close_sessions(user: AbstractUser, *, at: datetime, besides: UUID | None = None) -> int:
    """End the sessions somebody has, but for one; gives how many there were."""
    open_ones = StaffSession.objects.filter(user_id=user.pk, ended_at=None)
    if besides is not None:
        open_ones = open_ones.exclude(pk=besides)
    return open_ones.update(ended_at=at)


def remember(act: str, user: AbstractUser, *, by: Actor, at: datetime, **data: object) -> None:
    """Keep who did what to whose access, by the id of the user."""
    note(act, connection=None, subject=f"staff:{user.pk}", by=by, at=at, data=data)
