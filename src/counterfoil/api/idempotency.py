"""Repeating a request: the same key, the same answer, and one effect."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema, Status
from ninja.responses import NinjaJSONEncoder

from counterfoil.api.codes import CallerRequest
from counterfoil.errors import KeyMissing
from counterfoil.intake.retrying import with_retries
from counterfoil.operations.remember_reply import remember_reply
from counterfoil.queries.replies import known_reply

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")

DOCUMENTED: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": HEADER,
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "Yours, one for each request; repeat a request with the same one.",
            "example": "PO-2041-a",
        }
    ]
}
"""What the description of the API says of it: ``openapi_extra`` of every operation that asks."""

View = Callable[..., Status[Schema]]


def once(view: View) -> Callable[..., HttpResponse]:
    """
    Let a request that names a key have its effect once, however often it comes.

    The view's effect and the reply are one transaction, so a crash leaves neither, and whoever
    repeats the request is given the same reply for thirty days. A refusal is not kept.

    :raises KeyMissing: if the request names none.
    :raises KeyReused: if the key was used for another request.
    :raises RequestInFlight: if the first request is still being worked on.
    """

    @wraps(view)
    def answered(request: CallerRequest, *args: Any, **given: Any) -> HttpResponse:
        key = request.headers.get(HEADER, "")
        if not KEY.fullmatch(key):
            raise KeyMissing
        return with_retries(
            lambda: _answer_once(request, key, lambda: view(request, *args, **given))
        )

    return answered


@transaction.atomic
def _answer_once(
    request: CallerRequest, key: str, act: Callable[[], Status[Schema]]
) -> HttpResponse:
    by, digest = request.auth.actor, _digest(request)
    known = known_reply(principal=by.id, key=key, digest=digest)
    if known is not None:
        answer = _answer(known.status, known.body)
        answer[REPLAYED] = "true"
        return answer
    reply = act()
    status, body = reply.status_code, json.dumps(reply.value.model_dump(), cls=NinjaJSONEncoder)
    remember_reply(key=key, digest=digest, status=status, body=body, by=by, at=timezone.now())
    return _answer(status, body)


def _digest(request: HttpRequest) -> bytes:
    told = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    told.update(request.body)
    return told.digest()


def _answer(status: int, body: str) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json")
