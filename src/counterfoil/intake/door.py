"""The door for messages: authentic ones become a row and are acknowledged, others are refused."""

import logging
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from counterfoil.channels.base import Envelope
from counterfoil.conf import conf
from counterfoil.errors import (
    ConnectionIncomplete,
    Forged,
    Malformed,
    NotFound,
    Rejected,
    TooLarge,
)
from counterfoil.intake.inbox import receive
from counterfoil.intake.refusals import PAUSED, refusals
from counterfoil.intake.registry import adapter_for
from counterfoil.models import Connection

RETRY_SECONDS = "5"

log = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_POST
@transaction.non_atomic_requests
def take_in(request: HttpRequest, slug: str) -> HttpResponse:
    """
    Take in one message of a channel, and acknowledge it before anything is done about it.

    Senders learn only what helps them to do better: 401 not signed by them, 400 unreadable or not
    sent just now, 413 too large, 404 nobody listens here, 503 try again.
    """
    try:
        _take_in(request, slug)
    except (ConnectionIncomplete, NotFound):
        return _answer("not_found", 404)
    except Rejected as refusal:
        log.warning("message for %s refused: %s (%s)", slug, refusal.code, refusal.detail)
        return _answer(refusal.code, _status(refusal))
    except DatabaseError:
        log.exception("message for %s could not be stored", slug)
        answer = _answer("unavailable", 503)
        answer["Retry-After"] = RETRY_SECONDS
        return answer
    return JsonResponse({"received": True})


def _take_in(request: HttpRequest, slug: str) -> None:
    connection = Connection.objects.filter(slug=slug).first()
    if connection is None:
        raise NotFound
    received_at = timezone.now()
    if not connection.enabled:
        refusals.count(connection.pk, PAUSED, at=received_at)
        raise NotFound
    try:
        _hear(connection, request, received_at)
    except (Rejected, ConnectionIncomplete) as refusal:
        refusals.count(connection.pk, refusal.code, at=received_at)
        raise


def _hear(connection: Connection, request: HttpRequest, received_at: datetime) -> None:
    channel = adapter_for(connection)
    envelope = Envelope(
        body=_body(request),
        headers={name.lower(): value for name, value in request.headers.items()},
        received_at=received_at,
    )
    receive(connection, channel.authenticate(envelope), envelope.body)


def _body(request: HttpRequest) -> bytes:
    """Read the body as it came, and never more than the limit of it."""
    try:
        body = request.read(conf.MESSAGE_MAX_BYTES + 1)
    except UnreadablePostError as error:
        raise Malformed("the body ended early") from error
    if len(body) > conf.MESSAGE_MAX_BYTES:
        raise TooLarge(f"more than {conf.MESSAGE_MAX_BYTES} bytes")
    return body


def _status(refusal: Rejected) -> int:
    match refusal:
        case Forged():
            return 401
        case TooLarge():
            return 413
        case _:
            return 400


def _answer(code: str, status: int) -> HttpResponse:
    return JsonResponse({"error": code}, status=status)
