"""What machines ask: does it live, and can it work. Answered before all else."""

import logging
from collections.abc import Callable
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from counterfoil.queries.standing import downstream_down, lacking_keys, worker_seen

Answer = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)


class Probes:
    """
    Answers probes by whatever name and without encryption, since they come from inside.

    They are no pages: no session, no language, no redirect stands before them.
    """

    def __init__(self, get_response: Answer) -> None:
        """Stand before everything else."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or let the request pass."""
        answer = _ANSWERS.get(request.path_info)
        if answer is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        return answer(request)


def alive(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; it asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(_request: HttpRequest) -> HttpResponse:
    """
    Say whether this process can do its work: the database answers, is migrated, and fits the keys.

    A worker that was not seen and a host's system that is down are told, but no reason to send
    nobody here: pages and codes work without them.
    """
    now, told = timezone.now(), {}
    try:
        told["database"] = "ok"
        told["migrations"] = _migrations()
        if told["migrations"] == "ok":
            told["keys"] = _keys()
            seen, down = worker_seen(now=now), downstream_down(now=now)
            about = {
                "worker": "never seen" if seen is None else f"seen {seen:.0f} s ago",
                "downstream": f"down for {down:.0f} s" if down else "ok",
            }
        else:
            about = {}
    except DatabaseError as fault:
        log.warning("not ready: %s", type(fault).__name__)
        told, about = {"database": "does not answer"}, {}
    is_ready = all(one == "ok" for one in told.values())
    return JsonResponse({"ready": is_ready, **told, **about}, status=200 if is_ready else 503)


def _migrations() -> str:
    applied = MigrationRecorder(connection).applied_migrations()
    missing = _known_migrations() - set(applied)
    return f"{len(missing)} not applied: run `counterfoil migrate`" if missing else "ok"


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    found = MigrationLoader(None).disk_migrations
    return frozenset(name for name, migration in found.items() if not migration.replaces)


def _keys() -> str:
    lacking = lacking_keys()
    return f"lacks {', '.join(f'{it.value}/{n}' for it, n in lacking)}" if lacking else "ok"


_ANSWERS: dict[str, Answer] = {"/healthz": alive, "/readyz": ready}
