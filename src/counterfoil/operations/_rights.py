"""Whether somebody may still do what they asked for, and how much of it alone."""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, Sum

from counterfoil.conf import conf
from counterfoil.models import ApiKey, GrantRecord
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import Permission
from counterfoil.rules.scopes import Scope

KEY = "key:"
DAY = timedelta(days=1)


def still_may(actor: Actor, permission: Permission, *, at: datetime) -> bool:
    """Tell whether this member of staff, or this API key, may do it now."""
    if actor.id.startswith(KEY):
        return _key_may(actor, permission, at)
    user = _user(actor)
    return (
        user is not None
        and user.is_active
        and user.is_staff
        and user.has_perm(permission.full_name)
    )


def needs_second_person(quantity: int, *, by: Actor, at: datetime) -> bool:
    """
    Tell whether one person may not give so many alone: by the limit of one grant, or of a day.

    Whoever asks waits for their other grants, so that two at once do not each see room.
    """
    if quantity > limit_of(by):
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"grant:{by.id}"])
    return given_alone(by, at=at) + quantity > conf.GRANT_DAILY_LIMIT


def limit_of(by: Actor) -> int:
    """Give how many this person may give in one grant alone, by their roles."""
    by_role = conf.GRANT_ROLE_LIMITS
    user = _user(by) if by_role else None
    if user is None:
        return int(conf.GRANT_LIMIT)
    roles = user.groups.filter(name__in=by_role).values_list("name", flat=True)
    own = max((by_role[name] for name in roles), default=conf.GRANT_LIMIT)
    return int(min(own, conf.GRANT_LIMIT))


def given_alone(by: Actor, *, at: datetime) -> int:
    """Give how many this person has given in the last 24 hours without a second person."""
    grants = GrantRecord.objects.filter(
        issued_by=by.id, approved_by="", purchase__created_at__gt=at - DAY
    )
    return grants.aggregate(total=Sum("quantity"))["total"] or 0


def _key_may(actor: Actor, permission: Permission, at: datetime) -> bool:
    given = (Permission.GRANT, Permission.ALLOT)
    needed = Scope.GRANT if permission in given else None
    alive = ApiKey.objects.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=at))
    try:
        key = alive.filter(pk=actor.id.removeprefix(KEY)).first()
    except ValidationError:
        return False
    return key is not None and needed is not None and needed.value in key.scopes


def _user(actor: Actor) -> AbstractUser | None:
    users = get_user_model()._default_manager
    try:
        found: AbstractUser | None = users.filter(pk=actor.id).first()
    except (ValueError, ValidationError):
        return None  # no member of staff: a key, or the system itself
    return found
