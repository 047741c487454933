"""The ledger: who did what, when and why; everything one member of staff did."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit, asked, paging, show, staff_only
from counterfoil.console.fields import FieldWrong
from counterfoil.console.finding import trace_url
from counterfoil.console.sending import not_sent, send_file
from counterfoil.errors import CodeMalformed, LedgerTooWide, TooManyExports
from counterfoil.models.ids import PREFIX, uuid_of
from counterfoil.operations.export_ledger import export_ledger
from counterfoil.queries import words
from counterfoil.queries._ledger_lines import Cut, Line
from counterfoil.queries.ledger import DAYS, PAGE, Asked, page
from counterfoil.queries.ledger_details import csv_lines, one_act, one_remark, summary
from counterfoil.queries.ledger_words import HANDS, act_words, all_acts, all_reasons
from counterfoil.queries.staff_names import names_of, staff_names
from counterfoil.rules.codes import normalise
from counterfoil.rules.people import ActorKind, normalise_mail
from counterfoil.rules.permissions import Permission

EVERYBODY = "all"
PAGES = {"approval": "console-approval", "exception": "console-exception"}
ABOUT: Mapping[str, tuple[str, str | Promise]] = {
    "take_case": ("console-exception", later("a case")),
    "hand_over_case": ("console-exception", later("a case")),
    "give_back_case": ("console-exception", later("a case")),
    "postpone_case": ("console-exception", later("a case")),
    "try_case": ("console-exception", later("a case")),
    "settle_case": ("console-exception", later("a case")),
    "upload_grant_list": ("console-grant-list", later("a list of grants")),
    "confirm_grant_list": ("console-grant-list", later("a list of grants")),
    "discard_grant_list": ("console-grant-list", later("a list of grants")),
    "bulk": ("console-bulk", later("a bulk act")),
    "correct_buyer": ("console-trace", later("a purchase")),
    "retry_write_back": ("console-trace", later("a purchase")),
}
"""What an act beside the ledger is about, where its subject is the id of something shown."""

PAGES |= {"connection": "console-connection", "audit": "console-ledger-remark"}


@staff_only()
def list_ledger(visit: Visit) -> HttpResponse:
    """
    Show the ledger as its address asks for it, the newest first.

    What is looked for is posted and stands in the address afterwards, unless it might be a code
    or somebody's address.
    """
    if visit.request.method == "POST":
        try:
            wanted = read(visit.request.POST)
        except FieldWrong as wrong:
            return show(visit, "ledger", _context(visit, Asked(), (), error=str(wrong)), status=409)
        return redirect(f"{reverse('counterfoil:console-ledger')}?{urlencode(to_query(wanted))}")
    try:
        wanted = read(visit.request.GET)
    except FieldWrong as wrong:
        return show(visit, "ledger", _context(visit, Asked(), (), error=str(wrong)), status=409)
    before = Cut.read(visit.request.GET.get("before", ""))
    try:
        lines = page(wanted, now=timezone.now(), before=before)
    except LedgerTooWide as refusal:
        return show(visit, "ledger", _context(visit, wanted, (), error=str(refusal)), status=409)
    context = _context(visit, wanted, lines, error="")
    if wanted.who and before is None:
        context |= {"summary": _summary(wanted)}
    return show(visit, "ledger", context)


@staff_only(Permission.EXPORT, methods=("POST",))
def export_lines(visit: Visit) -> HttpResponse:
    """Send what is asked for as a spreadsheet, and write down that it was taken out."""
    now = timezone.now()
    try:
        wanted = read(visit.request.POST)
        lines = csv_lines(wanted, now=now)
        kept = export_ledger(
            what="ledger", query=urlencode(to_query(wanted)), by=visit.operator, at=timezone.now()
        )
    except (FieldWrong, LedgerTooWide, TooManyExports) as refusal:
        return not_sent(visit, refusal, "counterfoil:console-ledger")
    return send_file(visit, lines, kept, name=f"ledger-{now:%Y-%m-%d}.csv")


@staff_only(methods=("GET", "HEAD"))
def show_act(visit: Visit, act_id: UUID) -> HttpResponse:
    """Show one act, with every entry it wrote."""
    seen = one_act(act_id, after=paging(visit, "after"))
    context = {
        "section": "ledger",
        "act": seen,
        "title": act_words(seen.name),
        "reason": words.worded(words.REASONS, seen.reason) if seen.reason else "",
        "who_url": everything_url(seen.who_id, seen.hand),
        "trace_url": trace_url(str(seen.purchase_id)) if seen.purchase_id else "",
        "rows": [(one, trace_url(one.handle), words.facts(one.data)) for one in seen.entries],
        "next_url": f"?after={seen.next}" if seen.next else "",
    }
    return show(visit, "ledger_act", context)


@staff_only(methods=("GET", "HEAD"))
def show_remark(visit: Visit, remark_id: UUID) -> HttpResponse:
    """Show one line of what staff did beside the ledger, with what was there before and after."""
    seen = one_remark(remark_id)
    context = {
        "section": "ledger",
        "remark": seen,
        "title": act_words(seen.act),
        "who": seen.actor_display or seen.actor_id,
        "who_url": everything_url(seen.actor_id, seen.actor_kind),
        "facts": words.facts(seen.data),
    }
    return show(visit, "ledger_remark", context)


def everything_url(who: str, hand: str = ActorKind.OPERATOR.value) -> str:
    """Give the address of everything that somebody did."""
    query = {"who": who} | ({"hand": hand} if hand != ActorKind.OPERATOR else {})
    return f"{reverse('counterfoil:console-ledger')}?{urlencode(query)}"


def read(given: QueryDict) -> Asked:
    """
    Read what of the ledger is asked for.

    :raises FieldWrong: if a day is none, or something else could be a code or an address.
    """
    hand = asked(given, "hand", 10) or ActorKind.OPERATOR.value
    about, case = asked(given, "about", 40), asked(given, "case", 100)
    if about and not about.startswith(PREFIX) and uuid_of(about) is None:
        raise FieldWrong("about", _("That is neither a handle nor a purchase."))
    _refuse_secrets(case)
    return Asked(
        who=asked(given, "who", 64),
        hand="" if hand == EVERYBODY else hand,
        act=asked(given, "act", 32),
        reason=asked(given, "reason", 64),
        since=_day(given, "since"),
        until=_day(given, "until"),
        about=about,
        case=case,
    )


def to_query(wanted: Asked) -> dict[str, str]:
    """Write what is asked for as the query of an address."""
    parts = {name: str(getattr(wanted, name) or "") for name in Asked.__slots__}
    parts["hand"] = {"": EVERYBODY, ActorKind.OPERATOR.value: ""}.get(wanted.hand, wanted.hand)
    return {name: value for name, value in parts.items() if value}


def _refuse_secrets(text: str) -> None:
    try:
        normalise(text)
    except CodeMalformed:
        if normalise_mail(text) is None:
            return
    raise FieldWrong("case", _("Codes and addresses of people are looked for in the search above."))


def _day(given: QueryDict, name: str) -> date | None:
    text = asked(given, name, 10)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise FieldWrong(name, _("That is no day: write it as 2026-05-31.")) from None


def _context(visit: Visit, wanted: Asked, lines: tuple[Line, ...], *, error: str) -> dict[str, Any]:
    query = to_query(wanted)
    more = query | {"before": str(lines[PAGE - 1].cut)} if len(lines) > PAGE else {}
    hands = [(kind, name.capitalize()) for kind, name in HANDS.items()]
    return {
        "section": "ledger",
        "wanted": wanted,
        "query": query,
        "named": names_of([wanted.who])[wanted.who] if wanted.who else "",
        "rows": [_row(line) for line in lines[:PAGE]],
        "next_url": f"?{urlencode(more)}" if more else "",
        "is_first": "before" not in visit.request.GET,
        "people": _people(wanted),
        "acts": all_acts(),
        "reasons": all_reasons(),
        "hands": [*hands, (EVERYBODY, _("Everybody"))],
        "hand": wanted.hand or EVERYBODY,
        "days": 0 if wanted.is_led_by_index or wanted.since else DAYS,
        "is_narrowed": bool(wanted.reason or wanted.case or wanted.hand != ActorKind.OPERATOR),
        "about_url": trace_url(wanted.about) if wanted.about else "",
        "may_export": visit.may(Permission.EXPORT),
        "error": error,
    }


def _people(wanted: Asked) -> list[tuple[str, str]]:
    """Give whom one may choose: staff of today, and whoever is asked about."""
    known = list(staff_names())
    if wanted.who and wanted.who not in dict(known):
        known.append((wanted.who, names_of([wanted.who])[wanted.who]))
    return known


def _summary(wanted: Asked) -> list[tuple[str, int, int, str]]:
    try:
        counted = summary(wanted, now=timezone.now())
    except LedgerTooWide:
        return []
    here = to_query(wanted)
    return [
        (act_words(act), acts, units, f"?{urlencode(here | {'act': act})}")
        for act, acts, units in counted
    ]


def _row(line: Line) -> Mapping[str, Any]:
    if line.page in PAGES:
        url = reverse(f"counterfoil:{PAGES[line.page]}", args=[line.page_id])
    elif line.act_id is not None:
        url = reverse("counterfoil:console-ledger-act", args=[line.act_id])
    else:
        url = trace_url(line.where) if line.where else ""
    view, about = ABOUT.get(line.act, ("", ""))
    has_page = bool(view) and uuid_of(line.subject) is not None
    return {
        "seen": line,
        "about": about if has_page else "",
        "about_url": reverse(f"counterfoil:{view}", args=[line.subject]) if has_page else "",
        "title": act_words(line.act),
        "url": url,
        "reason": words.worded(words.REASONS, line.reason) if line.reason else "",
        "who_url": everything_url(line.who_id, line.hand) if line.who_id else "",
        "trace_url": trace_url(line.where) if line.where else "",
        "is_handle": line.where.startswith(PREFIX),
    }
