"""
Acting on what was read: a writer who read an older version is refused (RFC 9110, section 13.1.1).

The tag of an entitlement is its version, the number of its last entry.
"""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback

from counterfoil.api.described import add_answer_header, add_header, add_refusals
from counterfoil.api.idempotency import Answered, View, once, once_read_again
from counterfoil.errors import Malformed, NotFound, StaleEntitlement
from counterfoil.models import Entitlement
from counterfoil.models.ids import id_of

HEADER = "If-Match"
ANY = "*"
TAG = r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"'
TAGS = re.compile(rf"{TAG}(?:[ \t]*,[ \t]*(?:{TAG})?)*")

PARAMETER: dict[str, Any] = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string"},
    "description": "The `ETag` of what you read: if it changed since, nothing is done, and the"
    " answer is 412. Without it, you act on whatever stands there now.",
    "example": '"4"',
}

Given = ParamSpec("Given")
Told = TypeVar("Told")


def tag_of(version: int) -> str:
    """Give the entity tag of an entitlement of this version."""
    return f'"{version}"'


def unless_stale(view: Callable[Given, Told]) -> Callable[Given, Told]:
    """
    Let a view act on the entitlement of its ``handle`` only as the request read it.

    Judged under the entitlement's lock, in the transaction of the act: of two who read the same,
    the second waits for the first, and is refused. A request that names no tag is not judged.

    :raises StaleEntitlement: if it has changed since.
    :raises Malformed: if the header is no list of tags.
    """

    @wraps(view)
    def judged(*args: Given.args, **given: Given.kwargs) -> Told:
        request, handle = args[0], given["handle"]
        assert isinstance(request, HttpRequest)  # noqa: S101
        wanted = request.headers.get(HEADER)
        if wanted is None:
            return view(*args, **given)
        with transaction.atomic():
            _refuse_if_stale(id_of(str(handle)), versions_named(wanted))
            return view(*args, **given)

    contribute_operation_callback(judged, _describe_asking)
    return judged


def refuse_stale(request: HttpRequest, handle: str) -> None:
    """
    Refuse now what :func:`unless_stale` would refuse, for whoever does something before the act.

    It says nothing of what stands there once the act begins, which judges it again.

    :raises StaleEntitlement: if it has changed since it was read.
    :raises NotFound: if there is no such entitlement.
    :raises Malformed: if the header is no list of tags.
    """
    wanted = versions_named(request.headers.get(HEADER, ANY))
    with transaction.atomic():
        _refuse_if_stale(id_of(handle), wanted)


def tagged(view: Callable[Given, HttpResponse]) -> Callable[Given, HttpResponse]:
    """Let an answer that tells the ``version`` of an entitlement carry it as its tag."""

    @wraps(view)
    def answered(*args: Given.args, **given: Given.kwargs) -> HttpResponse:
        answer = view(*args, **given)
        told = json.loads(answer.content)
        if "version" in told:  # a reply that was kept may be of before it was told
            answer["ETag"] = tag_of(told["version"])
        return answer

    return describes_tag(answered)


class Versioned(Protocol):
    """An answer that tells the version of an entitlement."""

    version: int


Answer = TypeVar("Answer", bound=Versioned)


def tags(response: HttpResponse, told: Answer) -> Answer:
    """Let an answer carry its version as its tag, where nothing is done."""
    response["ETag"] = tag_of(told.version)
    return told


def describes_tag(view: Callable[Given, Told]) -> Callable[Given, Told]:
    """Say that the answers of a view carry the tag of an entitlement."""
    contribute_operation_callback(view, _describe_tag)
    return view


def acting(view: View) -> Answered:
    """Let a view act once on the entitlement of its ``handle``, as the request read it."""
    return tagged(once(unless_stale(view)))


def acting_in_private(again: View) -> Callable[[View], Answered]:
    """Let a view act so, where nothing of the answer is kept: ``again`` reads it."""

    def decorated(view: View) -> Answered:
        return tagged(once_read_again(again)(unless_stale(view)))

    return decorated


def versions_named(header: str) -> frozenset[str] | None:
    """
    Give the versions that a request accepts, or ``None`` for any.

    Weak tags are never the same as what is to be changed, so they name none.

    :raises Malformed: if this is no list of tags.
    """
    text = header.strip(" \t")
    if text == ANY:
        return None
    if not TAGS.fullmatch(text):
        raise Malformed("If-Match has to be * or a list of entity tags.")
    return frozenset(name for weak, name in re.findall(TAG, text) if not weak)


def _refuse_if_stale(entitlement_id: UUID, wanted: frozenset[str] | None) -> None:
    rows = Entitlement.objects.select_for_update(of=("self",)).filter(pk=entitlement_id)
    version = rows.values_list("version", flat=True).first()
    if version is None:
        raise NotFound("There is no such entitlement.")
    if wanted is not None and str(version) not in wanted:
        raise StaleEntitlement


def _describe_tag(operation: Operation) -> None:
    said = {
        "description": "The version of the entitlement; name it in `If-Match` to act on it.",
        "schema": {"type": "string"},
        "example": '"4"',
    }
    add_answer_header(operation, "ETag", said)


def _describe_asking(operation: Operation) -> None:
    add_header(operation, PARAMETER)
    add_refusals(operation, 400, 412)
