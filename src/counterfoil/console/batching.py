"""Printed batches: the list, and one batch with its numbers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.queries import words
from counterfoil.queries.batches import (
    PAGE,
    BatchSeen,
    Counts,
    StepSeen,
    batches,
    one_batch,
    steps_of,
    waits_for,
    works_on,
)
from counterfoil.rules.batches import Step
from counterfoil.rules.permissions import Permission

STEPS: Mapping[str, str | Promise] = {
    Step.ASKED: later("Asked for"),
    Step.APPROVED: later("Approved"),
    Step.REJECTED: later("Rejected"),
    Step.MINTED: later("Codes minted"),
    Step.FILE_MADE: later("Print file made"),
    Step.FILE_FETCHED: later("Print file fetched, and deleted here"),
    Step.FILE_ASKED: later("Print file asked for once more"),
    Step.HANDED_OVER: later("Handed over"),
    Step.CODES_DROPPED: later("Codes made unreadable here"),
    Step.WITHDRAWN: later("Pieces withdrawn"),
    Step.RECALLED: later("Recalled"),
}


@staff_only(methods=("GET", "HEAD"))
def list_batches(visit: Visit) -> HttpResponse:
    """List batches, the newest first."""
    found = batches(before=paging(visit))
    context = {
        "section": "batches",
        "rows": [_told(one) for one in found],
        "may_ask": visit.may(Permission.MINT_BATCHES),
        "next_url": f"?before={found[-1].batch.pk}" if len(found) == PAGE else "",
    }
    return show(visit, "batches", context)


@staff_only(methods=("GET", "HEAD"))
def show_batch(visit: Visit, batch_id: UUID) -> HttpResponse:
    """Show a batch: its numbers, what was done with it by whom, and what can be done now."""
    return show(visit, "batch", batch_context(visit, one_batch(batch_id)))


def batch_context(visit: Visit, seen: BatchSeen) -> dict[str, Any]:
    """Give what the page of a batch is made of."""
    batch, may_mint = seen.batch, visit.may(Permission.MINT_BATCHES)
    waits, works = waits_for(batch, now=timezone.now()), works_on(batch)
    is_open = batch.recalled_at is None
    return _told(seen) | {
        "section": "batches",
        "steps": [_step(one) for one in steps_of(batch)],
        "fingerprint": _grouped(batch.key_fingerprint),
        "approval_url": reverse("counterfoil:console-approval", args=[waits]) if waits else "",
        "job_url": reverse("counterfoil:console-job", args=[works]) if works else "",
        "can_fetch": seen.file == "ready" and is_open and visit.may(Permission.DOWNLOAD_BATCH),
        "can_hand_over": seen.file == "fetched" and may_mint and batch.handed_over_at is None,
        "can_ask_file": seen.file == "fetched"
        and may_mint
        and is_open
        and batch.codes_dropped_at is None
        and not waits
        and not works,
        "can_withdraw": may_mint and seen.counts.minted > seen.counts.withdrawn,
        "errors": {},
    }


def _told(seen: BatchSeen) -> dict[str, Any]:
    tone, standing = _standing(seen)
    return {
        "batch": seen.batch,
        "counts": seen.counts,
        "bar": _bar(seen.counts),
        "file": seen.file,
        "url": reverse("counterfoil:console-batch", args=[seen.batch.pk]),
        "tone": tone,
        "standing": standing,
    }


def _bar(counts: Counts) -> list[dict[str, Any]]:
    """Give the shares of a bar, in thousandths of what was minted."""
    if not counts.minted:
        return []
    shares = (
        ("unsold", counts.unsold),
        ("sold", counts.sold),
        ("used", counts.used),
        ("withdrawn", counts.withdrawn),
    )
    parts, done = [], 0
    for kind, count in shares:
        start, done = done * 1000 // counts.minted, done + count
        width = done * 1000 // counts.minted - start
        if width:
            parts.append({"kind": kind, "x": start, "width": width})
    return parts


def _standing(seen: BatchSeen) -> tuple[str, str]:
    batch = seen.batch
    for moment, tone, told in (
        (batch.rejected_at, "bad", _("rejected")),
        (batch.recalled_at, "bad", _("recalled")),
        (batch.handed_over_at, "good", _("handed over")),
        (batch.minted_at, "info", _("minted")),
        (batch.approved_at, "info", _("being minted")),
    ):
        if moment is not None:
            return tone, told
    return "warn", _("waits for approval")


def _step(one: StepSeen) -> dict[str, Any]:
    data = {name: value for name, value in one.data.items() if name != "reason"}
    reason = words.worded(words.REASONS, str(one.data.get("reason", "")))
    return {
        "label": STEPS[one.step],
        "at": one.at,
        "who": one.who,
        "comment": one.comment,
        "reason": reason,
        "facts": words.facts(data),
    }


def _grouped(fingerprint: str) -> str:
    """Write a fingerprint so that two people can compare it on the telephone."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))
