"""What did staff and machines write down about it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import Entitlement, ExceptionCase, Note, Purchase
from counterfoil.models.ids import handle_of


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteSeen:
    """One note, masked as it is kept, and what it is about."""

    note: UUID
    text: str
    ticket: str
    author: str
    at: datetime
    entitlement: str | None
    purchase: UUID | None
    exception: UUID | None


def notes_of_entitlement(
    entitlement_id: UUID, *, before: UUID | None, most: int
) -> Sequence[NoteSeen]:
    """
    Give a page of the notes on an entitlement and on cases about it, the newest first.

    :raises NotFound: if there is no such entitlement.
    """
    if not Entitlement.objects.filter(pk=entitlement_id).exists():
        raise NotFound("There is no such entitlement.")
    return _page("entitlement", entitlement_id, before, most)


def notes_of_purchase(purchase_id: UUID, *, before: UUID | None, most: int) -> Sequence[NoteSeen]:
    """
    Give a page of the notes on a purchase and on all that belongs to it, the newest first.

    :raises NotFound: if there is no such purchase.
    """
    if not Purchase.objects.filter(pk=purchase_id).exists():
        raise NotFound("There is no such purchase.")
    return _page("purchase", purchase_id, before, most)


def notes_of_case(case_id: UUID, *, before: UUID | None, most: int) -> Sequence[NoteSeen]:
    """
    Give a page of the notes on a case, the newest first.

    :raises NotFound: if there is no such case.
    """
    if not ExceptionCase.objects.filter(pk=case_id).exists():
        raise NotFound("There is no such case.")
    return _page("case", case_id, before, most)


def note_seen(note: Note) -> NoteSeen:
    """Give a note as it is seen."""
    return NoteSeen(
        note=note.pk,
        text=note.text,
        ticket=note.reference,
        author=note.author_display or note.author_id,
        at=note.at,
        entitlement=handle_of(note.entitlement_id) if note.entitlement_id else None,
        purchase=note.purchase_id,
        exception=note.case_id,
    )


def _page(about: str, of: UUID, before: UUID | None, most: int) -> Sequence[NoteSeen]:
    rows = Note.objects.filter(**{about: of}).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [note_seen(one) for one in rows[:most]]
