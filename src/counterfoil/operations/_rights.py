"""Whether somebody may still do what they asked for, and how much of it alone."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q

from counterfoil.conf import conf
from counterfoil.models import ApiKey
from counterfoil.models.granting import given_alone, limit_of, user_named
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import Permission
from counterfoil.rules.scopes import Scope

KEY = "key:"
SCOPES: Mapping[Permission, Scope] = {
    Permission.GRANT: Scope.GRANT,
    Permission.ALLOT: Scope.GRANT,
    Permission.MINT_BATCHES: Scope.BATCHES,
}
"""What a key needs for what it asked a second person to approve."""


def still_may(actor: Actor, permission: Permission, *, at: datetime) -> bool:
    """Tell whether this member of staff, or this API key, may do it now."""
    if actor.id.startswith(KEY):
        return _key_may(actor, permission, at)
    user = user_named(actor.id)
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
    if quantity > limit_of(by.id):
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"grant:{by.id}"])
    return given_alone(by.id, at=at) + quantity > conf.GRANT_DAILY_LIMIT


def _key_may(actor: Actor, permission: Permission, at: datetime) -> bool:
    needed = SCOPES.get(permission)
    alive = ApiKey.objects.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=at))
    try:
        key = alive.filter(pk=actor.id.removeprefix(KEY)).first()
    except ValidationError:
        return False
    return key is not None and needed is not None and needed.value in key.scopes
