"""One order file: what would become of its rows, what does, and what did."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.filing import told_of
from counterfoil.models import JobStatus
from counterfoil.queries import file_words, words
from counterfoil.queries.jobs import JobSeen, one_job
from counterfoil.queries.order_files import (
    ROWS,
    FileSeen,
    RowSeen,
    file_rows,
    one_order_file,
    unknown_skus,
)
from counterfoil.rules.order_files import FileStatus, RowOutcome, Verdict
from counterfoil.rules.permissions import Permission

TONES = {
    Verdict.NEW: "good",
    Verdict.ISSUED: "info",
    Verdict.DIFFERS: "warn",
    Verdict.UNKNOWN_SKU: "warn",
    Verdict.BAD: "bad",
    Verdict.REPEATED: "",
    Verdict.IGNORED: "",
}
OUTCOME_TONES = {
    RowOutcome.ISSUED: "good",
    RowOutcome.WAITING: "warn",
    RowOutcome.REFUSED: "bad",
}


@staff_only(methods=("GET", "HEAD"))
def show_file(visit: Visit, file_id: UUID) -> HttpResponse:
    """Show a file; while it is carried out, the page looks again by itself."""
    return show(visit, "order_file", file_context(visit, file_id, error=""))


def file_context(visit: Visit, file_id: UUID, *, error: str) -> dict[str, Any]:
    """Read a file and a page of its rows, and put them in words."""
    seen = one_order_file(file_id)
    job = one_job(seen.job_id) if seen.job_id else None
    verdict, rows = _page(visit, seen)
    is_running = seen.status == FileStatus.CONFIRMED and job is not None and not job.finished_at
    may = visit.may(Permission.IMPORT_FILES)
    is_halted = seen.status == FileStatus.CONFIRMED and not is_running
    can_check = is_halted or seen.status in (FileStatus.CHECKED, FileStatus.DONE)
    return {
        "section": "order_files",
        "file": told_of(seen),
        "told": seen.reading.get("told", ()),
        "is_certain": seen.reading.get("is_certain", True),
        "missing": bool(seen.reading.get("missing")),
        "tabs": _tabs(seen, verdict),
        "rows": [_row(row) for row in rows],
        "next_url": _next(verdict, rows),
        "skus": [(sku, count, _mapping_url(seen, sku)) for sku, count in unknown_skus(file_id)],
        "job": job,
        "note": _note(seen, job),
        "is_running": is_running,
        "is_halted": is_halted,
        "can_confirm": may and seen.status == FileStatus.CHECKED and seen.row_count > 0,
        "can_check": may and can_check and seen.row_count > 0,
        "can_read": may and seen.status == FileStatus.CHECKED,
        "can_discard": may and seen.status == FileStatus.CHECKED and not seen.was_confirmed,
        "can_reveal": seen.was_confirmed and visit.may(Permission.REVEAL_CODE),
        "error": error,
    }


def _page(visit: Visit, seen: FileSeen) -> tuple[Verdict | None, tuple[RowSeen, ...]]:
    asked, after = visit.request.GET.get("verdict", ""), visit.request.GET.get("after", "")
    verdict = Verdict(asked) if asked in set(Verdict) else None
    is_number = after.isascii() and after.isdigit() and len(after) < 9
    return verdict, file_rows(seen.id, verdict=verdict, after=int(after) if is_number else 0)


def _tabs(seen: FileSeen, current: Verdict | None) -> list[dict[str, Any]]:
    if not seen.counts:
        return []
    here = reverse("counterfoil:console-order-file", args=[seen.id])
    all_rows = {"label": _("All"), "count": seen.row_count, "url": here, "is_current": not current}
    return [
        all_rows,
        *(
            {
                "label": capfirst(words.worded(file_words.VERDICTS, one.value)),
                "count": seen.counts[one],
                "url": f"{here}?verdict={one.value}",
                "is_current": one is current,
            }
            for one in Verdict
            if one in seen.counts
        ),
    ]


def _row(row: RowSeen) -> dict[str, Any]:
    if row.outcome:
        tone = OUTCOME_TONES[RowOutcome(row.outcome)]
        label = words.worded(file_words.ROW_OUTCOMES, row.outcome)
    else:
        tone = TONES[Verdict(row.verdict)]
        label = words.worded(file_words.VERDICTS, row.verdict)
    return {"seen": row, "tone": tone, "label": label}


def _next(verdict: Verdict | None, rows: tuple[RowSeen, ...]) -> str:
    if len(rows) < ROWS:
        return ""
    filtered = f"verdict={verdict.value}&" if verdict else ""
    return f"?{filtered}after={rows[-1].number}"


def _mapping_url(seen: FileSeen, sku: str) -> str:
    try:
        page = reverse("counterfoil:console-mapping-of", args=[seen.connection_slug])
    except NoReverseMatch:
        return ""  # a host that has pages of its own for this
    return f"{page}?{urlencode({'key': f'sku:{sku}'})}"


def _note(seen: FileSeen, job: JobSeen | None) -> str:
    """Say what stands in the way, or that nothing is left to do."""
    if seen.status == FileStatus.CHECKED and job is not None and job.result.get("note"):
        return str(job.result["note"])
    if seen.status == FileStatus.CONFIRMED and job is not None:
        if job.status == JobStatus.STOPPED:
            return _("The work was stopped. What was issued stays; the rest waits.")
        if job.status == JobStatus.FAILED:
            return _("The work failed. What was issued stays; the rest waits.")
    return ""
