"""How does the machine stand: what waits, since when, and who works on it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Min, Model, Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateWorker

from counterfoil.models import (
    Delivery,
    DownstreamHealth,
    Entry,
    Event,
    ExceptionCase,
    Job,
    Message,
    StuckEntry,
    WebhookDelivery,
)
from counterfoil.models.kept import LOOKED_UP, SEALED
from counterfoil.models.keys import keyring
from counterfoil.rules.keyring import Purpose

LOOKED_AT = 1_000  # rows at either end of a table: enough to know a ring of another time


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """How much of one kind waits, and for how many seconds the oldest has."""

    count: int
    seconds: float


def waiting(*, now: datetime) -> Mapping[str, Waiting]:
    """
    Give what waits to be done, by kind.

    Each kind is led by an index of what waits alone, so that asking is cheap however long the
    ledger is.
    """
    return {
        "entries": _waits(Entry.objects.filter(dispatched_at=None), "recorded_at", now),
        "mails": _waits(
            Delivery.objects.filter(sent_at=None, parked_at=None, due_at__lte=now), "due_at", now
        ),
        "messages": _waits(
            Message.objects.filter(handled_at=None, parked_at=None), "acked_at", now
        ),
        "jobs": _waits(Job.objects.filter(finished_at=None), "created_at", now),
        "events": _waits(Event.objects.filter(position=None), "occurred_at", now),
        "webhooks": _waits(
            WebhookDelivery.objects.filter(
                delivered_at=None,
                gave_up_at=None,
                due_at__lte=now,
                endpoint__disabled_at=None,
                endpoint__ended_at=None,
            ),
            "due_at",
            now,
        ),
    }


def set_aside() -> Mapping[str, int]:
    """Give how much was given up, or tried so often that it waits for a person."""
    return {
        "mails": Delivery.objects.filter(parked_at__isnull=False, is_unneeded=False).count(),
        "entries": StuckEntry.objects.count(),
    }


def open_cases() -> Mapping[str, int]:
    """Give how many exceptions are open, by kind."""
    rows = ExceptionCase.objects.filter(resolved_at=None).order_by()
    return dict(rows.values_list("kind").annotate(Count("pk")))


def worker_seen(*, now: datetime) -> float | None:
    """Give how many seconds ago a worker was last seen, or ``None`` if there was none."""
    last = ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]
    return None if last is None else max((now - last).total_seconds(), 0.0)


def downstream_down(*, now: datetime) -> float:
    """Give for how many seconds the host's system has not answered; 0 while it does."""
    health = DownstreamHealth.objects.filter(pk=1, opened_at__isnull=False).first()
    if health is None or health.opened_at is None:
        return 0.0
    return max((now - health.opened_at).total_seconds(), 0.0)


def lacking_keys() -> tuple[tuple[Purpose, int], ...]:
    """
    Give keys that the newest and the oldest rows are kept by, and that the ring lacks.

    ``counterfoil keys status`` looks at every row; this is quick enough to be asked all the time.
    """
    found: set[tuple[Purpose, int]] = set()
    for one in SEALED:
        kept = Q(**{f"{one.column}__isnull": False})
        found |= {(one.purpose, number) for number in _ends(one.model, one.key, kept)}
    for look in LOOKED_UP:
        numbers = _ends(look.model, look.key, look.readable)
        found |= {(Purpose.INDEX, number) for number in numbers}
    ring = keyring()
    return tuple(sorted(one for one in found if one[1] not in ring.keys[one[0]]))


def _ends(model: type[Model], key: str, which: Q) -> set[int]:
    # Not those that are kept, but of so many rows those: where most are not, none would be looked
    # for through all of the table, each time somebody asks.
    is_kept = ExpressionWrapper(which, output_field=BooleanField())
    rows = model._default_manager.annotate(is_kept=is_kept).values_list(key, "is_kept")
    looked_at = {*rows.order_by("pk")[:LOOKED_AT], *rows.order_by("-pk")[:LOOKED_AT]}
    return {number for number, kept in looked_at if kept}


def _waits(rows: "QuerySet[Model]", since: str, now: datetime) -> Waiting:
    found = rows.aggregate(count=Count("pk"), oldest=Min(since))
    oldest = found["oldest"]
    seconds = 0.0 if oldest is None else max((now - oldest).total_seconds(), 0.0)
    return Waiting(count=found["count"], seconds=seconds)
