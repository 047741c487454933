"""The chain of the ledger: its state, checking it, and an export that an outsider can verify."""

import json
from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, asked, show, staff_only
from counterfoil.console.sending import Sending, not_sent
from counterfoil.console.working import BADGES
from counterfoil.errors import TooManyExports
from counterfoil.models import JobStatus
from counterfoil.operations.export_ledger import export_ledger
from counterfoil.operations.request_verification import request_verification
from counterfoil.queries import words
from counterfoil.queries.chain import (
    Checkpoint,
    Verification,
    agrees,
    chain,
    head,
    verifications,
    waiting_to_be_sealed,
)
from counterfoil.queries.ledger_words import FAULTS
from counterfoil.rules.permissions import Permission

HASH = 64  # digits


@staff_only(methods=("GET", "HEAD"))
def show_chain(visit: Visit) -> HttpResponse:
    """Show how the chain stands, the checks there were, and what can be done."""
    return show(visit, "ledger_chain", _context(visit))


@staff_only(Permission.VERIFY, methods=("POST",))
def verify(visit: Visit) -> HttpResponse:
    """Have the whole chain checked in the background."""
    request_verification(by=visit.operator, at=timezone.now())
    return redirect("counterfoil:console-ledger-chain")


@staff_only(methods=("POST",))
def compare(visit: Visit) -> HttpResponse:
    """Say whether the chain goes through a checkpoint that somebody kept. Nothing is changed."""
    kept, told = asked(visit.request.POST, "checkpoint"), ""
    number, _colon, hash_ = kept.replace(" ", "").partition(":")
    is_one = number.isascii() and number.isdigit() and len(number) < 16 and len(hash_) == HASH
    agreed = False
    if not is_one:
        told = _("A checkpoint is a number, a colon and 64 digits, as it stands below.")
    else:
        agreed = agrees(Checkpoint(number=int(number), hash=hash_))
    context = _context(visit) | {
        "kept": kept,
        "checkpoint_error": told,
        "is_compared": is_one,
        "agreed": agreed,
        "kept_number": number,
    }
    return show(visit, "ledger_chain", context, status=200 if is_one else 409)


@staff_only(Permission.EXPORT, methods=("POST",))
def export_chain(visit: Visit) -> HttpResponse:
    """Send the whole chain, a link a line, and write down that it was taken out."""
    if not head().number:
        messages.warning(visit.request, _("Nothing is sealed yet."), fail_silently=True)
        return redirect("counterfoil:console-ledger-chain")
    try:
        kept = export_ledger(what="chain", query="", by=visit.operator, at=timezone.now())
    except TooManyExports as refusal:
        return not_sent(visit, refusal, "counterfoil:console-ledger-chain")
    last = kept.data["links"]
    lines = Sending(_lines(last), kept, visit.operator)
    sent = StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    sent.headers["Content-Disposition"] = f'attachment; filename="ledger-{last}.jsonl"'
    sent.headers["Cache-Control"] = "no-store"
    return cast("HttpResponse", sent)


def _lines(last: int) -> Iterator[str]:
    number, hash_ = 0, ""
    for link in chain(after=0, upto=last):
        number, hash_ = link["number"], link["hash"]
        yield json.dumps(link, ensure_ascii=False) + "\n"
    yield json.dumps({"head": hash_, "number": number}) + "\n"


def _context(visit: Visit) -> dict[str, Any]:
    now = timezone.now()
    checks = [_told(one) for one in verifications()]
    unsealed, is_late = waiting_to_be_sealed(now=now)
    is_running = any(one["seen"].is_running for one in checks)
    newest = head()
    return {
        "section": "ledger",
        "head": newest,
        "checkpoint": f"{newest.number}:{newest.hash}" if newest.number else "",
        "unsealed": unsealed,
        "is_late": is_late,
        "checks": checks,
        "last_check": next((one for one in checks if not one["seen"].is_running), None),
        "is_running": is_running,
        "may_verify": visit.may(Permission.VERIFY) and not is_running,
        "may_export": visit.may(Permission.EXPORT),
    }


def _told(one: Verification) -> dict[str, Any]:
    tone, told = BADGES[JobStatus(one.status)]
    label = str(told)
    verdict = one.result.get("verdict", "")
    if verdict == "whole":
        tone, label = "good", _("whole")
    elif verdict == "broken":
        tone, label = "bad", _("broken")
    return {
        "seen": one,
        "tone": tone,
        "label": label,
        "verdict": verdict,
        "fault": words.worded(FAULTS, str(one.result.get("fault", ""))),
        "url": reverse("counterfoil:console-job", args=[one.id]),
    }
