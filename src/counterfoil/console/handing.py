"""What is done with a batch once it is there: its file, the hand-over, withdrawing pieces."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.console.batching import batch_context
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.errors import CounterfoilError
from counterfoil.operations.fetch_print_file import fetch_print_file
from counterfoil.operations.hand_over_batch import hand_over_batch
from counterfoil.operations.recall_batch import recall_batch
from counterfoil.operations.request_print_file import request_print_file
from counterfoil.operations.withdraw_from_batch import withdraw_from_batch
from counterfoil.queries import words
from counterfoil.queries.batches import Counts, counts_between, one_batch
from counterfoil.rules.lifecycle import HOLDER_STATES, State
from counterfoil.rules.permissions import Permission

REASONS = ("spoiled", "not_sold", "misprinted", "stolen", "recalled", "returned", "other")
REACHES: dict[str, frozenset[State]] = {
    "unsold": frozenset({State.MINTED}),
    "unused": frozenset({State.MINTED, State.ISSUED, State.RESERVED}),
    "all": frozenset({State.MINTED, State.ISSUED, State.RESERVED}) | HOLDER_STATES,
}


@staff_only(Permission.DOWNLOAD_BATCH, methods=("POST",))
def fetch_file(visit: Visit, batch_id: UUID) -> HttpResponse:
    """Hand the print file out, once."""
    try:
        file = fetch_print_file(batch_id=batch_id, by=visit.operator, at=timezone.now())
    except CounterfoilError as refusal:
        return _refused(visit, batch_id, refusal)
    response = HttpResponse(file.content, content_type="application/pkcs7-mime")
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Content-Length"] = str(len(file.content))
    return response


@staff_only(Permission.MINT_BATCHES, methods=("POST",))
def ask_file_again(visit: Visit, batch_id: UUID) -> HttpResponse:
    """Ask for the file once more."""
    reason = visit.request.POST.get("comment", "").strip()[:1000]
    try:
        request_print_file(batch_id=batch_id, reason=reason, by=visit.operator, at=timezone.now())
    except CounterfoilError as refusal:
        return _refused(visit, batch_id, refusal)
    told = _("It is asked for. Somebody else has to approve it.")
    messages.success(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-batch", batch_id)


@staff_only(Permission.MINT_BATCHES, methods=("POST",))
def hand_over(visit: Visit, batch_id: UUID) -> HttpResponse:
    """Record that whoever prints has opened the file."""
    comment = visit.request.POST.get("comment", "").strip()[:1000]
    try:
        hand_over_batch(batch_id=batch_id, comment=comment, by=visit.operator, at=timezone.now())
    except CounterfoilError as refusal:
        return _refused(visit, batch_id, refusal)
    messages.success(visit.request, _("It is handed over."), fail_silently=True)
    return redirect("counterfoil:console-batch", batch_id)


@dataclass(frozen=True, slots=True)
class Cut:
    """Which pieces are to go, as somebody typed it."""

    first: int
    last: int
    reach: str
    whole: bool

    @property
    def states(self) -> frozenset[State]:
        """Give in which states pieces are taken."""
        return REACHES[self.reach]

    def counted(self, counts: Counts) -> int:
        """Give how many of these pieces would go."""
        taken = {"unsold": counts.unsold, "unused": counts.unsold + counts.sold}
        return taken.get(self.reach, counts.unsold + counts.sold + counts.used)


@staff_only(Permission.MINT_BATCHES)
def withdraw(visit: Visit, batch_id: UUID) -> HttpResponse:
    """Show how many pieces of a range would go, or withdraw them if they are still as many."""
    seen, errors = one_batch(batch_id), {}
    given = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    cut = _cut(given, seen.batch.quantity)
    if visit.request.method == "POST" and cut is not None:
        reason, expected = given.get("reason", ""), given.get("expected", "")
        if reason not in REASONS:
            errors["reason"] = _("Choose why.")
        elif not (expected.isascii() and expected.isdigit() and len(expected) < 7):
            errors["form"] = _("Open this page again.")
        else:
            try:
                count = _withdraw(visit, batch_id, cut, reason, int(expected))
            except CounterfoilError as refusal:
                errors["form"] = str(refusal)
            else:
                told = ngettext("%(n)d was withdrawn.", "%(n)d were withdrawn.", count)
                messages.success(visit.request, told % {"n": count}, fail_silently=True)
                return redirect("counterfoil:console-batch", batch_id)
    if cut is None:
        errors["range"] = _("From and to are numbers of the batch.")
    counts = counts_between(batch_id, cut.first, cut.last) if cut else None
    context = batch_context(visit, seen) | {
        "cut": cut,
        "part": counts,
        "expected": cut.counted(counts) if cut and counts else 0,
        "reasons": [(one, words.worded(words.REASONS, one).capitalize()) for one in REASONS],
        "reason": given.get("reason", ""),
        "comment": given.get("comment", ""),
        "errors": errors,
    }
    is_refused = bool(errors) and visit.request.method == "POST"
    return show(visit, "batch_withdraw", context, status=409 if is_refused else 200)


def _withdraw(visit: Visit, batch_id: UUID, cut: Cut, reason: str, expected: int) -> int:
    about: dict[str, Any] = {
        "batch_id": batch_id,
        "states": cut.states,
        "expected": expected,
        "reason": reason,
        "comment": visit.request.POST.get("comment", "").strip()[:1000],
        "by": visit.operator,
        "at": timezone.now(),
    }
    return _recall(about) if cut.whole else _take(about, cut)


def _recall(about: dict[str, Any]) -> int:
    return recall_batch(**about)


def _take(about: dict[str, Any], cut: Cut) -> int:
    return withdraw_from_batch(first=cut.first, last=cut.last, **about)


def _cut(given: Any, quantity: int) -> Cut | None:
    whole = bool(given.get("whole"))
    reach = given.get("reach", "unsold")
    numbers = [given.get("first", "1"), given.get("last", str(quantity))]
    if whole:
        numbers = ["1", str(quantity)]
    if reach not in REACHES or not all(
        one.isascii() and one.isdigit() and len(one) < 7 for one in numbers
    ):
        return None
    first, last = map(int, numbers)
    return Cut(first, last, reach, whole) if 1 <= first <= last <= quantity else None


def _refused(visit: Visit, batch_id: UUID, refusal: CounterfoilError) -> HttpResponse:
    context = batch_context(visit, one_batch(batch_id)) | {"errors": {"form": str(refusal)}}
    return show(visit, "batch", context, status=409)
