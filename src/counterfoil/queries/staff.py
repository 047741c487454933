"""Who is staff, what may they do, and where are they signed in?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db.models import Max

from counterfoil.errors import NotStaff
from counterfoil.models import AuditEntry, RecoveryCode, SecondFactor, StaffAccess, StaffSession
from counterfoil.models.users import full_name, has_field, mail_of
from counterfoil.rules.permissions import ROLES, SINGLE, Permission

MOST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffSeen:
    """A member of staff, as colleagues who manage staff see them."""

    id: str
    username: str
    name: str
    mail: str
    roles: tuple[str, ...]
    singles: tuple[Permission, ...]
    is_active: bool
    is_superuser: bool
    has_second_factor: bool
    recovery_left: int
    first_password_until: datetime | None
    seen_at: datetime | None


def staff() -> Sequence[StaffSeen]:
    """Give everybody who is staff, those who may come in first, by name."""
    users: Any = get_user_model()._default_manager
    found = users.filter(is_staff=True).prefetch_related("groups", "user_permissions")
    names = [name for name in ("first_name", "last_name") if has_field(name)]
    return _seen(found.order_by("-is_active", *names, "pk")[:MOST])


def one_of_staff(user_id: str) -> StaffSeen:
    """
    Give one member of staff.

    :raises NotStaff: if there is none of this id.
    """
    users: Any = get_user_model()._default_manager
    try:
        found = users.filter(pk=user_id, is_staff=True)
        return _seen(found.prefetch_related("groups", "user_permissions"))[0]
    except (IndexError, ValueError, ValidationError):
        raise NotStaff from None


def sessions_of(user_id: Any) -> Sequence[StaffSession]:
    """Give where somebody is signed in, the one last used first."""
    found = StaffSession.objects.filter(user_id=user_id, ended_at=None)
    return list(found.order_by("-seen_at")[:20])


def session_of(session_id: UUID) -> StaffSession | None:
    """Give one session."""
    return StaffSession.objects.filter(pk=session_id).first()


def factor_of(user_id: Any) -> SecondFactor | None:
    """Give somebody's authenticator, confirmed or about to be."""
    return SecondFactor.objects.filter(user_id=user_id).first()


def has_second_factor(user_id: Any) -> bool:
    """Tell whether an authenticator of theirs counts."""
    return SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=False).exists()


def recovery_codes_left(user_id: Any) -> int:
    """Count the recovery codes somebody has not used."""
    return RecoveryCode.objects.filter(factor_id=user_id, used_at=None).count()


def first_password_until(user_id: Any) -> datetime | None:
    """Tell until when somebody's password is one that they have to replace."""
    found = StaffAccess.objects.filter(user_id=user_id).values_list(
        "first_password_until", flat=True
    )
    return found.first()


def changes_to(user_id: Any, *, limit: int = 20) -> Sequence[AuditEntry]:
    """Give what was done to somebody's access, the newest first."""
    about = AuditEntry.objects.filter(connection=None, subject=f"staff:{user_id}")
    return list(about.order_by("-at")[:limit])


def _seen(users: Any) -> list[StaffSeen]:
    rows: list[AbstractUser] = list(users)
    ids = [row.pk for row in rows]
    factors = set(
        SecondFactor.objects.filter(user__in=ids, confirmed_at__isnull=False).values_list(
            "user_id", flat=True
        )
    )
    first = StaffAccess.objects.filter(user__in=ids, first_password_until__isnull=False)
    until = dict(first.values_list("user_id", "first_password_until"))
    present = StaffSession.objects.filter(user__in=ids).values("user_id")
    seen = dict(present.annotate(at=Max("seen_at")).values_list("user_id", "at"))
    singles = {one.value: one for one in SINGLE}
    return [
        StaffSeen(
            id=str(row.pk),
            username=row.get_username(),
            name=full_name(row),
            mail=mail_of(row),
            roles=tuple(sorted(one.name for one in row.groups.all() if one.name in ROLES)),
            singles=tuple(
                singles[one.codename]
                for one in row.user_permissions.all()
                if one.codename in singles
            ),
            is_active=row.is_active,
            is_superuser=row.is_superuser,
            has_second_factor=row.pk in factors,
            recovery_left=recovery_codes_left(row.pk) if len(rows) == 1 else 0,
            first_password_until=until.get(row.pk),
            seen_at=seen.get(row.pk) or row.last_login,
        )
        for row in rows
    ]
