"""Which API keys are there, what may each do, and is it used?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import ApiKey, AuditEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class KeySeen:
    """One key: what is known of it without it."""

    key: ApiKey
    made_by: str
    is_over: bool

    @property
    def scopes(self) -> tuple[str, ...]:
        """Give what it may do."""
        return tuple(self.key.scopes)


def keys_seen(*, now: datetime) -> Sequence[KeySeen]:
    """Give every key, those that can be used first, the newest of them before others."""
    rows = list(ApiKey.objects.select_related("partner", "connection").order_by("-created_at"))
    seen = _seen(rows, now)
    return sorted(seen, key=lambda one: one.is_over)


def one_key(key_id: UUID, *, now: datetime) -> KeySeen:
    """
    Give one key.

    :raises NotFound: if there is none.
    """
    rows = ApiKey.objects.select_related("partner", "connection").filter(pk=key_id)
    [*found] = _seen(list(rows), now)
    if not found:
        raise NotFound("There is no such key.")
    return found[0]


def _seen(rows: Sequence[ApiKey], now: datetime) -> list[KeySeen]:
    made = AuditEntry.objects.filter(
        act="create_api_key", connection=None, subject__in=[f"key:{row.prefix}" for row in rows]
    )
    who = {one.subject: one.actor_display or one.actor_id for one in made}
    return [
        KeySeen(
            key=row,
            made_by=who.get(f"key:{row.prefix}", ""),
            is_over=row.revoked_at is not None
            or (row.expires_at is not None and row.expires_at <= now),
        )
        for row in rows
    ]
