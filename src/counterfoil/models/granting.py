"""How many somebody may give without a sale alone, and how many they have given."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db.models import Sum

from counterfoil.conf import conf
from counterfoil.models.grant_lists import GrantListRow, GrantListStatus
from counterfoil.models.purchases import GrantRecord

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What one person may give alone: in one grant, in 24 hours, and what is left of that."""

    at_once: int
    daily: int
    given: int

    @property
    def left(self) -> int:
        """Give how many may be given alone now."""
        return max(min(self.at_once, self.daily - self.given), 0)


def allowance(actor_id: str, *, at: datetime) -> Allowance:
    """Say what somebody may give alone now, by their roles and by what they gave in 24 hours."""
    return Allowance(
        at_once=limit_of(actor_id),
        daily=int(conf.GRANT_DAILY_LIMIT),
        given=given_alone(actor_id, at=at),
    )


def limit_of(actor_id: str) -> int:
    """Give how many this person may give in one grant alone, by their roles."""
    by_role = conf.GRANT_ROLE_LIMITS
    user = user_named(actor_id) if by_role else None
    if user is None:
        return int(conf.GRANT_LIMIT)
    roles = user.groups.filter(name__in=by_role).values_list("name", flat=True)
    own = max((by_role[name] for name in roles), default=conf.GRANT_LIMIT)
    return int(min(own, conf.GRANT_LIMIT))


def given_alone(actor_id: str, *, at: datetime) -> int:
    """
    Give how many this person has given in the last 24 hours without a second person.

    What a list of theirs will still give counts as given: it was promised when it was confirmed.
    """
    grants = GrantRecord.objects.filter(
        issued_by=actor_id, approved_by="", purchase__created_at__gt=at - DAY
    )
    promised = GrantListRow.objects.filter(
        grant_list__status=GrantListStatus.CONFIRMED,
        grant_list__requested_by=actor_id,
        grant_list__approved_by="",
        grant_list__confirmed_at__gt=at - DAY,
        fault="",
        outcome="",
    )
    return sum(rows.aggregate(total=Sum("quantity"))["total"] or 0 for rows in (grants, promised))


def user_named(actor_id: str) -> AbstractUser | None:
    """Give the member of staff of this id; a key, or the system itself, is none."""
    users = get_user_model()._default_manager
    try:
        found: AbstractUser | None = users.filter(pk=actor_id).first()
    except (ValueError, ValidationError):
        return None
    return found
