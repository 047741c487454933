"""What machines ask: does it live, and can it work. Answered before all else."""

import hmac
import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from counterfoil.queries.standing import downstream_down, lacking_keys, worker_seen

from .tables import count_missing

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
        self._missing = ""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or let the request pass."""
        answer = {"/healthz": self.alive, "/readyz": self.ready}.get(request.path_info)
        if answer is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        return answer(request)

    def alive(self, _request: HttpRequest) -> HttpResponse:
        """Say that this process answers; it asks nobody else."""
        return HttpResponse("ok\n", content_type="text/plain")

    def ready(self, request: HttpRequest) -> HttpResponse:
        """
        Say whether this process can do its work: the database answers, is migrated, fits the keys.

        That is all anybody is told; what is missing is for whoever knows the token of the figures,
        and for the log. A worker that was not seen and a host's system that is down are told
        there, but no reason to send nobody here: pages and codes work without them.
        """
        checked, about = _look()
        missing = {name: how for name, how in checked.items() if how != "ok"}
        self._note(", ".join(f"{name} {how}" for name, how in missing.items()))
        told = {**checked, **about} if knows_token(request) else {}
        answer = JsonResponse({"ready": not missing, **told}, status=503 if missing else 200)
        vars(answer)["_has_been_logged"] = True  # or Django would, as an error, each time
        return answer

    def _note(self, missing: str) -> None:
        """Write down what is missing when that changes: probes are asked every few seconds."""
        if missing != self._missing:
            log.warning("not ready: %s" if missing else "ready again%s", missing)
            self._missing = missing


def knows_token(request: HttpRequest) -> bool:
    """Say whether a request carries the token that lets machines see how things stand."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted: str = settings.METRICS_TOKEN
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def _look() -> tuple[dict[str, str], dict[str, str]]:
    """Give what has to be well, and what is worth knowing besides."""
    now, checked = timezone.now(), {}
    try:
        checked["database"] = "ok"
        checked["migrations"] = _migrations()
        if checked["migrations"] != "ok":
            return checked, {}
        checked["keys"] = _keys()
        seen, down = worker_seen(now=now), downstream_down(now=now)
    except DatabaseError as fault:
        return {"database": f"does not answer ({type(fault).__name__})"}, {}
    return checked, {
        "worker": "never seen" if seen is None else f"seen {seen:.0f} s ago",
        "downstream": f"down for {down:.0f} s" if down else "ok",
    }


def _migrations() -> str:
    missing = count_missing()
    return f"{missing} not applied: run `counterfoil migrate`" if missing else "ok"


def _keys() -> str:
    lacking = lacking_keys()
    return f"lacks {', '.join(f'{it.value}/{n}' for it, n in lacking)}" if lacking else "ok"
