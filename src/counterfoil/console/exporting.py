"""A list as a file: sent as it is read, written down, and never with a code by accident."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.console.acts import REASONS
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.listing import Listing
from counterfoil.console.lists import LISTS
from counterfoil.console.sending import send_file
from counterfoil.errors import (
    CounterfoilError,
    ExportTooLarge,
    FilterWrong,
    ListTooSlow,
    NotFound,
    TooManyExports,
    TooManyReveals,
)
from counterfoil.operations.record_export import record_export
from counterfoil.operations.reveal_listed_codes import reveal_listed_codes
from counterfoil.queries import words
from counterfoil.queries._bounded import in_time
from counterfoil.queries.listing import EXPORT_SECONDS, count, ids, page_for_file, rest_for_file
from counterfoil.rules.acts import Act
from counterfoil.rules.codes import display
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import masked_remark
from counterfoil.rules.spreadsheets import csv_line
from counterfoil.web.spreadsheet import csv_download


@staff_only(Permission.EXPORT, methods=("POST",))
def export_list(visit: Visit, name: str) -> HttpResponse:
    """
    Send a list as a file, without codes, and with addresses masked.

    The first page is read, and the export written down, before anything is sent: what can be
    refused is refused with a sentence. A file that breaks off later fails to load, and the list
    says so the next time.
    """
    listing, at = _listing(name), timezone.now()
    try:
        sought: Any = listing.sought.from_query(visit.request.GET)
        rows = sought.rows(now=at)
        first = page_for_file(rows, moment=sought.moment)
        with in_time(EXPORT_SECONDS):
            number = count(rows, most=conf.EXPORT_MAX_ROWS)
        kept = record_export(
            list_name=name, query=sought.to_query(), rows=number, by=visit.operator, at=at
        )
    except (FilterWrong, ListTooSlow, ExportTooLarge, TooManyExports) as refusal:
        messages.error(visit.request, _sentence(refusal), fail_silently=True)
        return redirect(f"{listing.url}?{visit.request.GET.urlencode()}")
    pages = rest_for_file(rows, first, moment=sought.moment)
    return send_file(visit, _lines(listing, pages, at), kept, name=_file_name(name, at))


@staff_only(Permission.EXPORT, Permission.EXPORT_CODES)
def export_codes(visit: Visit, name: str) -> HttpResponse:
    """Ask why, then send the list with the codes that can be used; each of them is written down."""
    listing, at, errors = _listing(name), timezone.now(), {}
    if not listing.is_of_units:
        raise NotFound
    posted = visit.request.POST
    reason, comment = posted.get("reason", ""), masked_remark(posted.get("comment", ""))[:1000]
    if visit.request.method == "POST":
        if reason not in REASONS[Act.REVEAL_CODE]:
            errors["reason"] = _("Choose why.")
        elif reason == "other" and not comment:
            errors["comment"] = _("Say in a few words what happened.")
        else:
            try:
                lines = _with_codes(visit, listing, at, reason=reason, comment=comment)
            except CounterfoilError as refusal:
                errors["form"] = _sentence(refusal)
            else:
                return csv_download(lines, name=_file_name(f"codes-of-{name}", at))
    context = _codes_page(visit, listing)
    context |= {"reason": reason, "comment": comment, "errors": errors}
    return show(visit, "act", context, status=409 if errors else 200)


def _listing(name: str) -> Listing:
    if name not in LISTS:
        raise NotFound
    return LISTS[name]


def _lines(listing: Listing, pages: Iterator[Sequence[UUID]], at: datetime) -> Iterator[str]:
    yield csv_line(listing.file.headings)
    for page in pages:
        for one in listing.read(page, now=at):
            yield csv_line(listing.file.cells(one))


def _with_codes(
    visit: Visit, listing: Listing, at: datetime, *, reason: str, comment: str
) -> list[str]:
    sought: Any = listing.sought.from_query(visit.request.GET)
    with in_time(EXPORT_SECONDS):
        found = ids(sought.rows(now=at), moment=sought.moment, most=conf.FILE_REVEAL_LIMIT + 1)
    if len(found) > conf.FILE_REVEAL_LIMIT:
        raise TooManyReveals
    codes = reveal_listed_codes(
        entitlement_ids=found,
        query=sought.to_query(),
        by=visit.operator,
        at=at,
        reason=reason,
        comment=comment,
    )
    lines = [csv_line([*listing.file.headings, "code"])]
    for one in listing.read(found, now=at):
        code = codes.get(one.id, "")
        lines.append(csv_line([*listing.file.cells(one), display(code) if code else ""]))
    return lines


def _sentence(refusal: CounterfoilError) -> str:
    match refusal:
        case ExportTooLarge(limit=limit):
            return _(
                "One file holds %(n)s rows at most, and these are more. Nothing was exported."
                " Narrow the list down, by days for instance, and take it in parts."
            ) % {"n": f"{limit:,}"}
        case ListTooSlow():
            return _(
                "Reading it took longer than %(n)d seconds and was stopped, so that customers need"
                " not wait for it. Nothing was exported. Narrow the list down, or try again when"
                " less is going on."
            ) % {"n": int(EXPORT_SECONDS)}
        case TooManyReveals():
            return _(
                "These are more codes than one person may see in files in 24 hours (%(n)d). None"
                " was shown. Narrow the list down."
            ) % {"n": conf.FILE_REVEAL_LIMIT}
        case _:
            return str(refusal)


def _file_name(name: str, at: datetime) -> str:
    return f"{name}-{timezone.localtime(at):%Y-%m-%d-%H%M}.csv"


def _codes_page(visit: Visit, listing: Listing) -> dict[str, Any]:
    query = visit.request.GET.urlencode()
    return {
        "section": listing.name,
        "title": _("%(list)s with their codes") % {"list": listing.title},
        "trace_url": f"{listing.url}?{query}",
        "effects": [
            _("You get the list as a file, with the code of each entitlement that can be used."),
            _("That you saw them, and why, stays in the ledger, one entry for each."),
            _("You may see %(n)d codes in files in 24 hours.") % {"n": conf.FILE_REVEAL_LIMIT},
        ],
        "warning": _("Whoever has the file has the entitlements. Send it by no open way."),
        "reasons": [
            (code, words.worded(words.REASONS, code).capitalize())
            for code in REASONS[Act.REVEAL_CODE]
        ],
        "has_comment": True,
        "submit_label": _("Get the file with codes"),
    }
