"""Notes of staff: the form that stands on traces and cases, and where it is answered."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.errors import NoteInvalid, NotFound
from counterfoil.models.ids import PREFIX, id_of, uuid7
from counterfoil.operations.annotate import annotate
from counterfoil.queries.traced import TracedUnit
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import REMARK_MAX, TICKET_MAX

CASE = "case-"


def note_form(
    visit: Visit, *, where: str, units: Sequence[TracedUnit] = ()
) -> dict[str, Any] | None:
    """
    Give the form for a note about ``where``, for whoever may write one.

    That is the id of a purchase, a handle, or ``case-`` and the id of a case. Where there are
    several ``units``, one of them may be chosen.
    """
    return _form(where, units) if visit.may(Permission.ANNOTATE) else None


def _form(where: str, units: Sequence[TracedUnit] = ()) -> dict[str, Any]:
    several = len(units) > 1
    return {
        "url": reverse("counterfoil:console-annotate", args=[where]),
        "back_url": back_to(where),
        "note_id": str(uuid7()),
        "longest": REMARK_MAX,
        "ticket_longest": TICKET_MAX,
        "units": [(unit.handle, f"{unit.position}. {unit.product}") for unit in units]
        if several
        else [],
        "text": "",
        "ticket": "",
        "unit": "",
        "error": "",
    }


def back_to(where: str) -> str:
    """Give the page a note was written on."""
    if where.startswith(CASE):
        return reverse("counterfoil:console-exception", args=[_id(where.removeprefix(CASE))])
    return reverse("counterfoil:console-trace", args=[where])


@staff_only(Permission.ANNOTATE)
def write_note(visit: Visit, where: str) -> HttpResponse:
    """Keep what was written, and go back to where it was; without anything written, ask for it."""
    target = _target(where)
    form = _form(where)
    if visit.request.method != "POST":
        return show(visit, "note", {"form": form})
    answers = visit.request.POST
    text, unit = answers.get("text", ""), answers.get("unit", "")
    if unit and "purchase_id" in target:
        target = {"entitlement_id": id_of(unit)}
    try:
        note = annotate(
            text=text,
            reference=answers.get("ticket", "")[: 2 * TICKET_MAX],
            by=visit.operator,
            at=timezone.now(),
            note_id=_id(answers.get("note_id", "")),
            **target,
        )
    except NoteInvalid as wrong:
        form |= {"text": text, "ticket": answers.get("ticket", ""), "error": str(wrong)}
        form |= {"note_id": str(uuid7())}
        return show(visit, "note", {"form": form}, status=422)
    masked = note.text != text.replace("\r\n", "\n").strip()
    told = _("It is noted; what must not be kept was masked.") if masked else _("It is noted.")
    messages.success(visit.request, told, fail_silently=True)
    return redirect(f"{back_to(where)}#note-{note.pk}")


def _target(where: str) -> dict[str, UUID]:
    """Say what a note is about, by the name it stands under in the address."""
    if where.startswith(CASE):
        return {"case_id": _id(where.removeprefix(CASE))}
    if where.lower().startswith(PREFIX):
        return {"entitlement_id": id_of(where)}
    return {"purchase_id": _id(where)}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This is no id.") from None
