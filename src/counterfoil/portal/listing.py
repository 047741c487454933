"""One list: what stands against its rows, how far it has come, and what became of each row."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.errors import NotEnoughFree
from counterfoil.operations.confirm_handout import confirm_handout
from counterfoil.operations.discard_handout import discard_handout
from counterfoil.portal import words
from counterfoil.portal.answers import sentence
from counterfoil.portal.doors import Visit, asked_of, members_only, show
from counterfoil.portal.overview import told_of
from counterfoil.queries.handouts import (
    ROWS,
    SORTS,
    HandoutSeen,
    RowSeen,
    all_rows,
    free_for,
    one_handout,
    rows_of,
)
from counterfoil.queries.jobs import one_job
from counterfoil.rules.handouts import Known, Mode, Reach
from counterfoil.rules.partners import PartnerRight
from counterfoil.rules.people import mask_mail, normalise_mail
from counterfoil.rules.spreadsheets import formula_safe
from counterfoil.web.spreadsheet import csv_download

LOOK_AGAIN = "4"  # seconds, while it is carried out
HEADINGS = ("row", "email", "name", "result", "remark", "entitlement", "sent", "opened", "claimed")


@members_only()
def show_list(visit: Visit, handout_id: UUID) -> HttpResponse:
    """Show a list; while it is carried out, the page looks again by itself."""
    seen = one_handout(visit.partner_id, handout_id)
    response = show(visit, "list", _context(visit, seen, error=""))
    if seen.is_running:
        response.headers["Refresh"] = LOOK_AGAIN
    return response


@members_only(PartnerRight.HAND_OUT, methods=("POST",))
def confirm_list(visit: Visit, handout_id: UUID) -> HttpResponse:
    """Have a list carried out, as much of it as was meant."""
    good_only = asked_of(visit, "reach") == Reach.GOOD_ROWS
    try:
        confirm_handout(
            handout_id=handout_id,
            partner_id=visit.partner_id,
            reach=Reach.GOOD_ROWS if good_only else Reach.ALL,
            known=Known.SEND if asked_of(visit, "known") == Known.SEND else Known.LEAVE_OUT,
            by=visit.actor,
            at=timezone.now(),
        )
    except NotEnoughFree as refusal:
        seen = one_handout(visit.partner_id, handout_id)
        return show(visit, "list", _context(visit, seen, error=sentence(refusal)), status=409)
    return redirect(visit.to("list", handout_id))


@members_only(PartnerRight.HAND_OUT, methods=("POST",))
def discard_list(visit: Visit, handout_id: UUID) -> HttpResponse:
    """Forget a list that was not carried out."""
    discard_handout(
        handout_id=handout_id, partner_id=visit.partner_id, by=visit.actor, at=timezone.now()
    )
    return redirect(visit.to("lists"))


@members_only(PartnerRight.EXPORT)
def send_results(visit: Visit, handout_id: UUID) -> HttpResponse:
    """Give what became of each row as a file, with the addresses the partner itself gave."""
    seen = one_handout(visit.partner_id, handout_id)
    lines = _lines(visit.partner_id, seen, language=get_language() or "en")
    return csv_download(lines, name=f"results-{seen.name or seen.id}.csv")


def _context(visit: Visit, seen: HandoutSeen, *, error: str) -> dict[str, Any]:
    sort = asked_of(visit, "sort", 20)
    after = asked_of(visit, "after", 9)
    start = int(after) if after.isascii() and after.isdigit() else 0
    rows = rows_of(visit.partner_id, seen.id, sort=sort, after=start)
    free = free_for(visit.partner_id, seen.id) if seen.status == "judged" else 0
    job = one_job(seen.job_id) if seen.job_id else None
    tally = seen.tally
    more = {"sort": sort, "after": str(rows[-1].number)} if len(rows) == ROWS else {}
    can_go_on = seen.status == "done" and tally.refused > 0
    return {
        "section": "lists",
        "list": told_of(visit, seen),
        "tally": tally,
        "free": free,
        "is_cards": seen.mode == Mode.CARDS,
        "is_assigning": seen.mode == Mode.ASSIGN,
        "too_few": seen.status == "judged" and free < tally.good,
        "rows": [_told(visit, one) for one in rows],
        "tabs": _tabs(visit, seen, sort),
        "next_url": f"?{urlencode(more)}" if more else "",
        "job": job,
        "can_confirm": visit.may(PartnerRight.HAND_OUT)
        and (seen.status == "judged" or seen.is_halted or can_go_on),
        "can_discard": visit.may(PartnerRight.HAND_OUT) and seen.status == "judged",
        "is_taking_up": seen.is_halted or can_go_on,
        "is_repeated": bool(asked_of(visit, "again")) and seen.status != "judged",
        "error": error,
    }


def _tabs(visit: Visit, seen: HandoutSeen, sort: str) -> list[dict[str, Any]]:
    here, labels = visit.to("list", seen.id), _labels()
    found = [(name, getattr(seen.tally, name)) for name in SORTS]
    return [
        {"label": _("all"), "count": seen.tally.total, "url": here, "is_current": not sort},
        *(
            {
                "label": labels[name],
                "count": count,
                "url": f"{here}?sort={name}",
                "is_current": name == sort,
            }
            for name, count in found
            if count
        ),
    ]


def _labels() -> dict[str, str]:
    return {
        "good": _("good"),
        "known": _("have one already"),
        "bad": _("not good"),
        "given": _("handed out"),
        "left_out": _("left out"),
        "refused": _("refused"),
    }


def _told(visit: Visit, row: RowSeen) -> dict[str, Any]:
    address = normalise_mail(row.mail)
    return {
        "seen": row,
        "mail": mask_mail(address) if address else row.mail[:60],
        "url": visit.to("piece", row.handle) if row.handle else "",
        "label": _label(row),
        "tone": _tone(row),
        "why": "" if row.outcome else str(words.FAULTS.get(row.fault, "")),
    }


def _label(row: RowSeen) -> str:
    if row.is_claimed and row.outcome != "assigned":
        return _("claimed")
    if row.ended and row.ended != "claimed":
        return _("taken back") if row.ended == "cancelled" else _("changed since")
    if row.bounced_at:
        return _("came back")
    if row.outcome:
        return words.outcome(row.outcome)
    return _("not good") if row.is_bad else _("has one") if row.fault else _("good")


def _tone(row: RowSeen) -> str:
    if row.bounced_at or row.is_bad or (row.outcome and not row.is_given):
        return "" if row.outcome == "left_out" else "bad"
    return "warn" if row.fault and not row.outcome else "good"


def _lines(partner_id: UUID, seen: HandoutSeen, *, language: str) -> Iterator[str]:
    """Write the file; each line in the language of whoever fetches it."""
    yield _line(HEADINGS)
    for row in all_rows(partner_id, seen.id):
        with translation.override(language):
            remark = "" if row.is_given else str(words.FAULTS.get(row.fault, ""))
            cells = (row.number, row.mail, row.name, _label(row), remark, row.handle)
            claimed = "yes" if row.is_claimed else ""
            yield _line((*cells, _day(row.sent_at), _day(row.opened_at), claimed))


def _day(moment: Any) -> str:
    return moment.isoformat(timespec="minutes") if moment else ""


def _line(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([formula_safe(cell) for cell in cells])
    return line.getvalue()
