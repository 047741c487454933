"""
How many calls a key may make in a minute, however many processes answer them.

Each process leases some calls of the minute and counts them down by itself, so that most calls cost
the database nothing. Whoever guesses codes is stopped elsewhere, and by other limits.
"""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from threading import Lock
from typing import Any, cast
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from counterfoil.conf import Settings, conf
from counterfoil.errors import TooManyCalls
from counterfoil.operations.lease_calls import Lease, lease_calls
from counterfoil.rules.people import Actor

WINDOW = 60  # seconds
MANY = 1_000  # keys remembered, before those of minutes that are over are looked for

Ask = Callable[..., Lease]

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a key stands that has called: ``left`` of ``most``, until the minute ends."""

    minute: int
    most: int
    left: int
    ends_at: datetime


class LimitedRequest(HttpRequest):
    """A request of a key whose calls are counted."""

    calls: Standing


class Leases:
    """What one process has leased, by key."""

    def __init__(self, ask: Ask = lease_calls) -> None:
        self._ask = ask
        self._kept: dict[UUID, Lease] = {}
        self._lock = Lock()

    def take(self, *, key_id: UUID, most: int, by: Actor, at: datetime) -> Standing | None:
        """
        Take one call, leasing more where none is left; ``None`` if nobody can say how many are.

        A database that cannot count lets the call through: fairness is not worth an outage, and
        a call that the database is needed for will fail by itself.
        """
        lease = self._counted_down(key_id, at)
        if lease is None:
            try:
                lease = self._ask(key_id=key_id, most=most, by=by, at=at)
            except DatabaseError:
                log.exception("Calls of %s cannot be counted; they are let through", by.id)
                return None
            lease = self._keep(key_id, lease, at)
        return Standing(
            minute=lease.minute,
            most=most,
            left=lease.left + lease.calls,
            ends_at=lease.ends_at,
        )

    def _counted_down(self, key_id: UUID, at: datetime) -> Lease | None:
        with self._lock:
            lease = self._kept.get(key_id)
            if lease is None or lease.ends_at <= at:
                return None
            if lease.calls < 0:
                return lease  # the minute is used up: no need to ask again before it ends
            if lease.calls == 0:
                return None
            self._kept[key_id] = replace(lease, calls=lease.calls - 1)
            return self._kept[key_id]

    def _keep(self, key_id: UUID, lease: Lease, at: datetime) -> Lease:
        with self._lock:
            if len(self._kept) >= MANY:
                self._kept = {key: one for key, one in self._kept.items() if one.ends_at > at}
            before = self._kept.get(key_id)
            more = before.calls if before is not None and before.minute == lease.minute else 0
            self._kept[key_id] = replace(lease, calls=max(more, 0) + lease.calls - 1)
            return self._kept[key_id]


LEASES = Leases()


def most_calls(*, is_partner: bool) -> int:
    """Give how many calls a key may make in a minute; 0 for as many as it likes."""
    return int({**Settings.RATE_LIMITS, **conf.RATE_LIMITS}["partner" if is_partner else "key"])


def count_call(
    request: HttpRequest, *, key_id: UUID, is_partner: bool, by: Actor, at: datetime
) -> None:
    """
    Count a call of a key, and remember with the request how the key stands.

    :raises TooManyCalls: if it has none left in this minute.
    """
    most = most_calls(is_partner=is_partner)
    standing = LEASES.take(key_id=key_id, most=most, by=by, at=at) if most else None
    if standing is None:
        return
    cast("LimitedRequest", request).calls = standing
    if standing.left < 0:
        raise TooManyCalls(retry_after=max((standing.ends_at - at).total_seconds(), 1))


def told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let every answer say how many calls are left, in the ``RateLimit`` fields of the IETF."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        answer = view(request, *args, **given)
        standing: Standing | None = getattr(request, "calls", None)
        if standing is not None:
            seconds = max(math.ceil((standing.ends_at - timezone.now()).total_seconds()), 0)
            answer["RateLimit-Policy"] = f'"minute";q={standing.most};w={WINDOW}'
            answer["RateLimit"] = f'"minute";r={max(standing.left, 0)};t={seconds}'
        return answer

    return answered
