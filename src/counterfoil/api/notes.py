"""Notes: what is written down about an entitlement, a purchase or an exception, for people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from counterfoil.api.idempotency import once
from counterfoil.api.lists import After, Limit, Next, cut
from counterfoil.api.preconditions import unless_stale
from counterfoil.api.schemas import READ, WRITE, Strict
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.models.ids import id_of
from counterfoil.operations.annotate import annotate
from counterfoil.queries.notes import (
    NoteSeen,
    note_seen,
    notes_of_case,
    notes_of_entitlement,
    notes_of_purchase,
)
from counterfoil.rules.remarks import REMARK_MAX, TICKET_MAX
from counterfoil.rules.scopes import Scope

router = Router(tags=["Notes"], auth=ApiKeyBearer(Scope.NOTES))


class NoteRequest(Strict):
    """What is to be written down."""

    text: str = Field(
        min_length=1,
        max_length=REMARK_MAX,
        description="What people will read; codes, numbers of cards and addresses are masked.",
        examples=["Called back. Will wait until Friday."],
    )
    ticket: str = Field(
        "", max_length=TICKET_MAX, description="The ticket it belongs to.", examples=["SUP-1007"]
    )


class NoteAnswer(Schema):
    """One note, as it is kept."""

    note: UUID = Field(description="Its id.")
    text: str = Field(
        description="What was written, masked.", examples=["Called back. Will wait until Friday."]
    )
    ticket: str = Field(description="The ticket it belongs to.", examples=["SUP-1007"])
    author: str = Field(description="Who wrote it.", examples=["Olga"])
    at: datetime
    entitlement: str | None = Field(
        description="The handle of the entitlement it is about, if it is about one.",
        examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"],
    )
    purchase: UUID | None = Field(description="The purchase that belongs to, if there is one.")
    exception: UUID | None = Field(description="The exception it is about, if it is about one.")


class NotesAnswer(Schema):
    """A page of notes, the newest first."""

    notes: list[NoteAnswer]
    next: Next


@router.get(
    "/entitlements/{handle}/notes",
    response={200: NotesAnswer, **READ},
    summary="List the notes on an entitlement",
)
def on_entitlement(
    request: CallerRequest, handle: str, after: After = None, limit: Limit = 50
) -> NotesAnswer:
    """Give a page of what was written down about it, and about exceptions of it."""
    return _page(notes_of_entitlement(id_of(handle), before=after, most=limit + 1), limit)


@router.post(
    "/entitlements/{handle}/notes",
    response={201: NoteAnswer, **WRITE},
    summary="Write a note on an entitlement",
)
@once
@unless_stale
def note_entitlement(request: CallerRequest, handle: str, body: NoteRequest) -> Status[Schema]:
    """Write something down about it, for good. The entitlement stays as it is."""
    return _written(request, body, entitlement_id=id_of(handle))


@router.get(
    "/purchases/{uuid:purchase_id}/notes",
    response={200: NotesAnswer, **READ},
    summary="List the notes on a purchase",
)
def on_purchase(
    request: CallerRequest, purchase_id: UUID, after: After = None, limit: Limit = 50
) -> NotesAnswer:
    """Give a page of what was written down about it and about all that belongs to it."""
    return _page(notes_of_purchase(purchase_id, before=after, most=limit + 1), limit)


@router.post(
    "/purchases/{uuid:purchase_id}/notes",
    response={201: NoteAnswer, **WRITE},
    summary="Write a note on a purchase",
)
@once
def note_purchase(request: CallerRequest, purchase_id: UUID, body: NoteRequest) -> Status[Schema]:
    """Write something down about it, for good."""
    return _written(request, body, purchase_id=purchase_id)


@router.get(
    "/exceptions/{uuid:exception}/notes",
    response={200: NotesAnswer, **READ},
    summary="List the notes on an exception",
)
def on_exception(
    request: CallerRequest, exception: UUID, after: After = None, limit: Limit = 50
) -> NotesAnswer:
    """Give a page of what was written down about it."""
    return _page(notes_of_case(exception, before=after, most=limit + 1), limit)


@router.post(
    "/exceptions/{uuid:exception}/notes",
    response={201: NoteAnswer, **WRITE},
    summary="Write a note on an exception",
)
@once
def note_exception(request: CallerRequest, exception: UUID, body: NoteRequest) -> Status[Schema]:
    """Write something down about it, for good; it stays as open as it was."""
    return _written(request, body, case_id=exception)


def _written(request: CallerRequest, body: NoteRequest, **about: UUID) -> Status[Schema]:
    by, at = request.auth.actor, timezone.now()
    note = annotate(text=body.text, reference=body.ticket, by=by, at=at, **about)
    return Status(201, _told(note_seen(note)))


def _page(found: Sequence[NoteSeen], limit: int) -> NotesAnswer:
    _, following = cut([one.note for one in found], limit)
    return NotesAnswer(notes=[_told(one) for one in found[:limit]], next=following)


def _told(seen: NoteSeen) -> NoteAnswer:
    return NoteAnswer.model_validate(seen, from_attributes=True)
