"""How are the connections?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum

from counterfoil.errors import NotFound
from counterfoil.models import (
    AuditEntry,
    Connection,
    ExceptionCase,
    Message,
    ReconcileRun,
    RefusedMessages,
)
from counterfoil.rules.exceptions import ExceptionKind

LATE = timedelta(minutes=30)  # swept every five minutes: after this something is wrong
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectionSeen:
    """
    One connection and how it is; ``lag`` is how long ago everything had been looked at.

    Of its secrets only the names are told, and when nothing is set.
    """

    slug: str
    name: str
    channel: str
    is_test: bool
    is_enabled: bool
    last_message_at: datetime | None
    swept_until: datetime | None
    lag: timedelta | None
    waiting: int
    parked: int
    refused: int
    last_forged_at: datetime | None
    is_broken: bool
    troubles: tuple[str, ...]

    @property
    def is_late(self) -> bool:
        """Tell whether nobody has looked at the channel for too long."""
        return self.is_enabled and (self.lag is None or self.lag > LATE)

    @property
    def is_deaf(self) -> bool:
        """Tell whether the last message was not signed as it should be, and nothing good came."""
        if not self.is_enabled or self.last_forged_at is None:
            return False
        return self.last_message_at is None or self.last_forged_at > self.last_message_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Audited:
    """Something staff did about a connection."""

    at: datetime
    act: str
    who: str
    subject: str
    data: Mapping[str, Any]


def connections(*, now: datetime) -> tuple[ConnectionSeen, ...]:
    """List the connections with how they are."""
    return _seen(Connection.objects.all(), now)


def one_connection(slug: str, *, now: datetime) -> ConnectionSeen:
    """
    Give one connection with how it is.

    :raises NotFound: if there is none.
    """
    found = _seen(Connection.objects.filter(slug=slug), now)
    if not found:
        raise NotFound("There is no such connection.")
    return found[0]


def refused_lately(slug: str, *, now: datetime) -> tuple[tuple[str, int, datetime], ...]:
    """Count what was refused in the last day: reason, how many, and when last."""
    rows = (
        RefusedMessages.objects.filter(connection__slug=slug, minute__gte=now - DAY)
        .values("reason")
        .annotate(total=Sum("count"), last=Max("minute"))
        .order_by("-total")
    )
    return tuple((row["reason"], row["total"], row["last"]) for row in rows)


def secret_names(connection: Connection) -> tuple[str, ...]:
    """Name the secrets that are set, and never what they are."""
    return tuple(
        sorted(name for name, value in connection.secrets().items() if value not in ("", [], None))
    )


def audit_of(slug: str, *, acts: tuple[str, ...] = (), limit: int = 20) -> tuple[Audited, ...]:
    """Tell what staff did about a connection last."""
    rows = AuditEntry.objects.filter(connection__slug=slug)
    rows = rows.filter(act__in=acts) if acts else rows
    return tuple(
        Audited(
            at=row.at,
            act=row.act,
            who=row.actor_display or row.actor_id,
            subject=row.subject,
            data=row.data,
        )
        for row in rows.order_by("-pk")[:limit]
    )


def _seen(rows: QuerySet[Connection], now: datetime) -> tuple[ConnectionSeen, ...]:
    newest = Message.objects.filter(connection=OuterRef("pk")).order_by("-pk")
    found = list(
        rows.annotate(last_message=Subquery(newest.values("acked_at")[:1])).order_by("slug")
    )
    unhandled = Message.objects.filter(handled_at=None).values("connection_id")
    counted = {
        row["connection_id"]: (row["waiting"], row["parked"])
        for row in unhandled.annotate(
            waiting=Count("pk", filter=Q(parked_at=None)),
            parked=Count("pk", filter=Q(parked_at__isnull=False)),
        )
    }
    lately = RefusedMessages.objects.filter(minute__gte=now - DAY).values("connection_id")
    forged = Max("minute", filter=Q(reason="forged"))
    refused = {
        row["connection_id"]: (row["total"], row["forged"])
        for row in lately.annotate(total=Sum("count"), forged=forged)
    }
    troubles = _troubles()
    return tuple(
        ConnectionSeen(
            slug=row.slug,
            name=row.name,
            channel=row.channel,
            is_test=row.is_test,
            is_enabled=row.enabled,
            last_message_at=getattr(row, "last_message", None),
            swept_until=row.swept_until,
            lag=None if row.swept_until is None else max(now - row.swept_until, timedelta()),
            waiting=counted.get(row.pk, (0, 0))[0],
            parked=counted.get(row.pk, (0, 0))[1],
            refused=refused.get(row.pk, (0, None))[0],
            last_forged_at=refused.get(row.pk, (0, None))[1],
            is_broken=any(broken for broken, _said in troubles.get(row.slug, ())),
            troubles=tuple(said for _broken, said in troubles.get(row.slug, ())),
        )
        for row in found
    )


def _troubles() -> dict[str, list[tuple[bool, str]]]:
    """Say what is wrong with which connection, and whether it is broken or only to be looked at."""
    kinds = (ExceptionKind.CONNECTION_BROKEN.value, ExceptionKind.MESSAGES_REFUSED.value)
    found: dict[str, list[tuple[bool, str]]] = {}
    for case in ExceptionCase.objects.filter(kind__in=kinds, resolved_at=None):
        slug, _, what = case.key.partition(":")
        said = [str(case.evidence.get("trouble") or "")]
        if case.kind == ExceptionKind.MESSAGES_REFUSED:
            said = [f"{case.evidence.get('in_the_last_hour', 'Many')} messages refused in an hour"]
        to_mend = [str(one) for one in case.evidence.get("to_be_mended") or ()]
        put_back = ", ".join(str(one) for one in case.evidence.get("put_back") or ())
        back = [f"Put back: {put_back}."] if put_back else []
        is_broken = case.kind == ExceptionKind.CONNECTION_BROKEN and (not what or bool(to_mend))
        found.setdefault(slug, []).append((is_broken, " ".join([*said, *to_mend, *back]).strip()))
    return found


def newest_run(slug: str) -> ReconcileRun | None:
    """Give the last run of a connection, if there was one."""
    return ReconcileRun.objects.filter(connection__slug=slug).order_by("-started_at").first()
