"""Keep what staff write down for each other."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NoteInvalid, NotFound
from counterfoil.models import Entitlement, ExceptionCase, Note, Purchase
from counterfoil.models.ids import uuid7
from counterfoil.rules.people import Actor
from counterfoil.rules.remarks import REMARK_MAX, masked_remark, masked_ticket


@transaction.atomic
def annotate(
    *,
    text: str,
    by: Actor,
    at: datetime,
    purchase_id: UUID | None = None,
    entitlement_id: UUID | None = None,
    case_id: UUID | None = None,
    reference: str = "",
    note_id: UUID | None = None,
) -> Note:
    """
    Keep a remark about a purchase, one of its entitlements, or a case; masked, and for good.

    It stands on the trace of whatever the entitlement or the case belongs to. ``reference`` is the
    ticket, that of the actor if none is given. With ``note_id``, writing the same note again gives
    the one that was kept.

    :raises NotFound: if there is nothing of the sort.
    :raises NoteInvalid: if it says nothing or too much, is about nothing, or its id is another's.
    """
    if len(text) > REMARK_MAX:
        raise NoteInvalid(f"A note has at most {REMARK_MAX} characters.")
    kept = masked_remark(text)
    if not kept:
        raise NoteInvalid("A note says something.")
    note = Note(
        pk=note_id or uuid7(),
        text=kept,
        reference=masked_ticket(reference or by.case),
        author_id=by.id,
        author_display=by.display,
        at=at,
    )
    _say_about(note, purchase_id, entitlement_id, case_id)
    Note.objects.bulk_create([note], ignore_conflicts=True)
    known = Note.objects.get(pk=note.pk)
    if _facts(known) != _facts(note):
        raise NoteInvalid("Another note was written from this form. Open the page again.")
    return known


def _say_about(
    note: Note, purchase_id: UUID | None, entitlement_id: UUID | None, case_id: UUID | None
) -> None:
    """Point to what it is about, and to what that belongs to, so that one reading finds all."""
    if case_id is not None:
        case = ExceptionCase.objects.filter(pk=case_id).first()
        if case is None:
            raise NotFound("There is no such case.")
        note.case = case
        entitlement_id = entitlement_id or case.entitlement_id
        purchase_id = purchase_id or case.purchase_id
    if entitlement_id is not None:
        unit = Entitlement.objects.filter(pk=entitlement_id).first()
        if unit is None:
            raise NotFound("There is no such entitlement.")
        note.entitlement = unit
        purchase_id = unit.purchase_id
    if purchase_id is not None:
        note.purchase = Purchase.objects.filter(pk=purchase_id).first()
        if note.purchase is None:
            raise NotFound("There is no such purchase.")
    if note.case is None and note.entitlement is None and note.purchase is None:
        raise NoteInvalid("A note is about a purchase, an entitlement or a case.")


def _facts(note: Note) -> tuple[object, ...]:
    about = (note.purchase_id, note.entitlement_id, note.case_id)
    return (*about, note.text, note.reference, note.author_id)
