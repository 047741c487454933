"""The figures: all on one page, each with its table and definition on its own, and as a file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.charts import drawn, named_month
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.figure_cells import lines, table
from counterfoil.console.sending import not_sent, send_file
from counterfoil.errors import AlreadyCounting, FilterWrong, TooManyExports
from counterfoil.operations.count_figures import count_figures
from counterfoil.operations.record_export import record_export
from counterfoil.queries.figure_about import Figure
from counterfoil.queries.figure_list import FIGURES, figure_of
from counterfoil.queries.figured import Figured
from counterfoil.queries.figures import FigureFilter, months_counted, newest_count, written
from counterfoil.rules.permissions import Permission

FEW = 9  # bars of a chart on the page of all
QUICK = 10.0  # seconds a count may take to be asked for from a page


@staff_only(methods=("GET", "HEAD"))
def list_figures(visit: Visit) -> HttpResponse:
    """Show all figures in groups, narrowed down as the address says."""
    wanted, wrong = _wanted(visit.request.GET)
    now, frame = timezone.now(), _frame(visit, wanted, wrong)
    groups: dict[str, list[Mapping[str, Any]]] = {}
    if wanted is not None:
        for figure in FIGURES:
            if frame["counted"] or not figure.counted:
                made = figure.make(_applied(figure, wanted), now)
                card = _card(figure, made, wanted, few=True)
                groups.setdefault(str(figure.group), []).append(card)
    context = frame | {"groups": groups, "parts": _parts(visit, FigureFilter.PARTS)}
    return show(visit, "figures", context, status=400 if wrong else 200)


@staff_only(methods=("GET", "HEAD"))
def show_figure(visit: Visit, slug: str) -> HttpResponse:
    """Show one figure: its charts, its table, and what exactly it counts."""
    figure = figure_of(slug)
    wanted, wrong = _wanted(visit.request.GET)
    frame = _frame(visit, wanted, wrong) | {"title": figure.title, "means": figure.means}
    frame |= {
        "parts": _parts(visit, (one for one in FigureFilter.PARTS if one.name in figure.parts))
    }
    frame |= {"is_counted": figure.counted}
    if wanted is not None and (frame["counted"] or not figure.counted):
        made = figure.make(_applied(figure, wanted), timezone.now())
        frame |= _card(figure, made, wanted, few=False)
        frame |= {
            "table": table(made),
            "may_export": visit.may(Permission.EXPORT),
        }
    return show(visit, "figure", frame, status=400 if wrong else 200)


@staff_only(Permission.EXPORT, methods=("POST",))
def export_figure(visit: Visit, slug: str) -> HttpResponse:
    """Send the table of a figure as a file; that is written down."""
    figure, at = figure_of(slug), timezone.now()
    wanted, wrong = _wanted(visit.request.GET)
    if wanted is None:
        messages.error(visit.request, wrong, fail_silently=True)
        return redirect("counterfoil:console-figure", slug)
    applied = _applied(figure, wanted)
    made = figure.make(applied, at)
    try:
        kept = record_export(
            list_name=f"figure:{slug}",
            query=applied.to_query(),
            rows=len(made.rows),
            by=visit.operator,
            at=at,
        )
    except TooManyExports as refusal:
        return not_sent(visit, refusal, "counterfoil:console-figure", slug)
    name = f"{slug}-{timezone.localtime(at):%Y-%m-%d-%H%M}.csv"
    return send_file(visit, lines(made), kept, name=name)


@staff_only(Permission.EXPORT, methods=("POST",))
def count_again(visit: Visit) -> HttpResponse:
    """Count now instead of when the worker does."""
    try:
        count_figures(by=visit.operator, at=timezone.now())
    except AlreadyCounting:
        messages.info(visit.request, _("Somebody is counting already; reload in a moment."))
    query = visit.request.GET.urlencode()
    return redirect(reverse("counterfoil:console-figures") + (f"?{query}" if query else ""))


def _wanted(given: QueryDict) -> tuple[FigureFilter | None, str]:
    try:
        wanted = FigureFilter.from_query(given)
    except FilterWrong as wrong:
        return None, str(wrong)
    if wanted.since and wanted.until and wanted.since > wanted.until:
        return None, _("The first month is after the last one.")
    return wanted, ""


def _applied(figure: Figure, wanted: FigureFilter) -> FigureFilter:
    """Give as much of a filter as means anything to this figure."""
    kept = {one.name: getattr(wanted, one.name) for one in wanted.PARTS if one.name in figure.parts}
    return FigureFilter(**kept)


def _frame(visit: Visit, wanted: FigureFilter | None, wrong: str) -> dict[str, Any]:
    counting = newest_count()
    query = wanted.to_query() if wanted else ""
    behind = f"?{query}" if query else ""
    return {
        "section": "figures",
        "wrong": wrong,
        "counted": counting,
        "counted_units": f"{counting.units:,}" if counting else "",
        "leaves_out_tests": wanted.leaves_out_tests() if wanted else False,
        "narrowed": wanted.words() if wanted else (),
        "query": behind,
        "all_url": reverse("counterfoil:console-figures") + behind,
        "count_url": reverse("counterfoil:console-figures-count") + behind,
        "may_count": visit.may(Permission.EXPORT)
        and (counting is None or counting.seconds <= QUICK),
        "periods": _periods(visit, counting.at if counting else timezone.now()),
    }


def _card(figure: Figure, made: Figured, wanted: FigureFilter, *, few: bool) -> Mapping[str, Any]:
    page = reverse("counterfoil:console-figure", args=[figure.slug])
    query = wanted.to_query()
    behind = f"?{query}" if query else ""
    left = [
        str(one.label)
        for one in wanted.PARTS
        if one.name not in figure.parts and getattr(wanted, one.name)
    ]
    return {
        "slug": figure.slug,
        "title": figure.title,
        "says": made.says,
        "charts": [
            drawn(one, most=FEW if few else None) | {"id": f"{figure.slug}-{number}"}
            for number, one in enumerate(made.charts)
        ],
        "url": page + behind,
        "export_url": reverse("counterfoil:console-figure-file", args=[figure.slug]) + behind,
        "not_by": ", ".join(dict.fromkeys(left)),
    }


def _parts(visit: Visit, parts: Iterable[Any]) -> Sequence[Mapping[str, Any]]:
    given, months = visit.request.GET, [written(month) for month in months_counted()]
    return [
        {
            "name": part.name,
            "label": part.label,
            "options": [
                {"value": value, "label": said, "is_chosen": value == given.get(part.name)}
                for value, said in (
                    [(month, named_month(month)) for month in months]
                    if part.kind == "month"
                    else part.options()
                )
            ],
        }
        for part in parts
    ]


def _periods(visit: Visit, now: datetime) -> Sequence[Mapping[str, Any]]:
    """Offer the periods that are asked for most; everything else is kept as it is."""
    this = timezone.localtime(now, timezone.get_default_timezone()).date().replace(day=1)
    year_ago = date(this.year - 1, this.month, 1)
    offered = (
        (_("All time"), None, None),
        (_("The last 12 months"), _next(year_ago), this),
        (_("This year"), date(this.year, 1, 1), this),
        (_("Last year"), date(this.year - 1, 1, 1), date(this.year - 1, 12, 1)),
    )
    found = []
    for label, since, until in offered:
        kept = visit.request.GET.copy()
        for name, month in (("since", since), ("until", until)):
            kept.pop(name, None)
            if month is not None:
                kept[name] = written(month)
        chosen = (visit.request.GET.get("since", ""), visit.request.GET.get("until", ""))
        is_current = chosen == (written(since) if since else "", written(until) if until else "")
        found.append({"label": label, "url": f"?{kept.urlencode()}", "is_current": is_current})
    return found


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
