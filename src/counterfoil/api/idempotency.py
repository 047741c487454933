"""Repeating a request: the same key, the same answer, and one effect."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Schema, Status
from ninja.operation import Operation
from ninja.responses import NinjaJSONEncoder
from ninja.utils import contribute_operation_callback

from counterfoil.api.bodies import MULTIPART
from counterfoil.api.described import add_header, add_refusals
from counterfoil.api.security import CallerRequest
from counterfoil.errors import KeyMissing
from counterfoil.intake.presenting import remembering_afterwards
from counterfoil.intake.retrying import with_retries
from counterfoil.operations.remember_reply import remember_reply
from counterfoil.queries.replies import known_reply

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")

PARAMETER: dict[str, Any] = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Yours, a new one for each request; repeat a request with the same one.",
    "example": "PO-2041-a",
}
WHO_MUST = " Keys of partners, and keys that are bound to a connection, have to name one."
NEEDED: dict[str, Any] = {"parameters": [PARAMETER | {"required": True}]}
"""What the description says of an operation that nobody calls without: its ``openapi_extra``."""

Told = Schema | Status[Schema]
View = Callable[..., Told]
Answered = Callable[..., HttpResponse]


def once(view: View) -> Answered:
    """
    Let a request that names a key have its effect once, however often it comes.

    The view's effect and the reply are one transaction, so a crash leaves neither, and whoever
    repeats the request is given the same reply for thirty days. A refusal undoes whatever the view
    did before and is not kept, but that a code was tried is. Without a key no reply is kept; only
    the house may go without.

    :raises KeyMissing: if the request names none and has to, or one that is none.
    :raises KeyReused: if the key was used for another request.
    :raises RequestInFlight: if the first request is still being worked on.
    """

    @wraps(view)
    def answered(request: CallerRequest, *args: Any, **given: Any) -> HttpResponse:
        def act() -> Told:
            return view(request, *args, **given)

        if _goes_without(request):
            return with_retries(lambda: _answer(*_worded(act())))
        return _done_once(request, act, again=None)

    contribute_operation_callback(answered, _describe)
    return answered


def once_after(asked: Callable[..., None]) -> Callable[[View], Answered]:
    """
    Let a request have its effect once, as :func:`once` does, and ask somebody else before.

    ``asked`` is called as the view is, outside of any transaction, for whoever has to be waited
    for; what it raises is the answer. A request that was answered already is not asked about, nor
    one that lacks its key.
    """

    def decorated(view: View) -> Answered:
        answered = once(view)

        @wraps(answered)
        def after(request: CallerRequest, *args: Any, **given: Any) -> HttpResponse:
            if _goes_without(request) or not _is_answered(request):
                asked(request, *args, **given)
            return answered(request, *args, **given)

        return after

    return decorated


def once_read_again(again: View) -> Callable[[View], Answered]:
    """
    Let a request have its effect once, as :func:`once` does, and keep nothing of its answer.

    For answers with codes or with what people said of themselves: whoever repeats the request is
    given what ``again`` reads, under the same permission. Nobody has to name a key: asking twice
    without one does no harm.
    """

    def decorated(view: View) -> Answered:
        @wraps(view)
        def answered(request: CallerRequest, *args: Any, **given: Any) -> HttpResponse:
            def act() -> Told:
                return view(request, *args, **given)

            if HEADER not in request.headers:
                answer = with_retries(lambda: _answer(*_worded(act())))
            else:
                answer = _done_once(request, act, again=lambda: again(request, *args, **given))
            answer["Cache-Control"] = "no-store"
            return answer

        contribute_operation_callback(answered, _describe_optional)
        return answered

    return decorated


def key_named(request: HttpRequest) -> str:
    """
    Give the key a request names, where nobody may go without.

    :raises KeyMissing: if it names none.
    """
    key = request.headers.get(HEADER, "")
    if not KEY.fullmatch(key):
        raise KeyMissing
    return key


Act = Callable[[], Told]


def _goes_without(request: CallerRequest) -> bool:
    """Tell whether it names no key and need not."""
    return HEADER not in request.headers and not request.auth.is_partner


def _done_once(request: CallerRequest, act: Act, *, again: Act | None) -> HttpResponse:
    key = key_named(request)
    with remembering_afterwards():
        return with_retries(lambda: _answer_once(request, key, act, again))


def _is_answered(request: CallerRequest) -> bool:
    known = known_reply(
        principal=request.auth.actor.id, key=key_named(request), digest=_digest(request)
    )
    return known is not None


@transaction.atomic
def _answer_once(request: CallerRequest, key: str, act: Act, again: Act | None) -> HttpResponse:
    by, digest = request.auth.actor, _digest(request)
    known = known_reply(principal=by.id, key=key, digest=digest)
    if known is not None:
        body = known.body if again is None else _worded(again())[1]
        answer = _answer(known.status, body)
        answer[REPLAYED] = "true"
        return answer
    status, body = _worded(act())
    kept = body if again is None else ""
    remember_reply(key=key, digest=digest, status=status, body=kept, by=by, at=timezone.now())
    return _answer(status, body)


def _worded(told: Told) -> tuple[int, str]:
    status, reply = (told.status_code, told.value) if isinstance(told, Status) else (200, told)
    return status, json.dumps(reply.model_dump(), cls=NinjaJSONEncoder)  # as all other answers


def _digest(request: HttpRequest) -> bytes:
    told = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for part in _parts(request) if request.content_type == MULTIPART else [request.body]:
        told.update(part)
    return told.digest()


def _parts(request: HttpRequest) -> Iterator[bytes]:
    """Give what a form says; its bytes differ from one sending to the next."""
    for name, values in sorted(request.POST.lists()):
        yield json.dumps([name, values]).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield json.dumps([name, file.name, file.size]).encode()
            yield from file.chunks()
            file.seek(0)


def _answer(status: int, body: str) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json")


def _describe(operation: Operation) -> None:
    told = str(PARAMETER["description"]) + WHO_MUST
    add_header(operation, PARAMETER | {"description": told})
    add_refusals(operation, 400, 409, 422)


def _describe_optional(operation: Operation) -> None:
    add_header(operation, PARAMETER)
    add_refusals(operation, 400, 409, 422)
