"""How is a connection set up, and what does it lack?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.models import ApiKey, AuditEntry, Connection, Message


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretSeen:
    """A secret without itself: how many are set, and since when."""

    name: str
    count: int
    since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TestSeen:
    """What somebody was told who tried a connection last: pairs of a tone and a sentence."""

    at: datetime
    who: str
    found: Sequence[tuple[str, str]]


def secrets_seen(connection: Connection) -> dict[str, SecretSeen]:
    """Tell of each secret that is set how many there are and who set it when; never what it is."""
    set_at: dict[str, datetime] = {}
    acts = ("replace_secret", "add_secret", "make_connection")
    for row in AuditEntry.objects.filter(connection=connection, act__in=acts).order_by("at"):
        names = [row.subject]
        if row.act == "make_connection":
            names = list((row.data.get("after") or {}).get("secrets") or ())
        set_at |= dict.fromkeys(names, row.at)
    return {
        name: SecretSeen(
            name=name,
            count=len(value) if isinstance(value, list) else 1,
            since=set_at.get(name),
        )
        for name, value in sorted(connection.secrets().items())
        if value not in ("", [], None)
    }


def key_used_last(connection: Connection) -> str:
    """Say which of its secrets the last message was signed with, counted from 1."""
    newest = Message.objects.filter(connection=connection, authentic=True).order_by("-pk")
    return newest.values_list("key_used", flat=True).first() or ""


def tested_last(connection: Connection) -> TestSeen | None:
    """Tell what was found when it was tried last."""
    rows = AuditEntry.objects.filter(connection=connection, act="test_connection")
    row = rows.order_by("-at", "-pk").first()
    if row is None:
        return None
    found = [(str(one[0]), str(one[1])) for one in row.data.get("found", ()) if len(one) == 2]
    return TestSeen(at=row.at, who=row.actor_display or row.actor_id, found=found)


def has_key(connection: Connection, *, now: datetime) -> bool:
    """Tell whether an API key that can be used is bound to it."""
    keys = ApiKey.objects.filter(connection=connection, revoked_at=None)
    return any(key.expires_at is None or key.expires_at > now for key in keys)


def is_mapped(connection: Connection) -> bool:
    """Tell whether anything of what it sells is known here."""
    return connection.mappings.exists()
