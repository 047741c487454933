"""The trace of a purchase: everything about it on one page."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console import beside, shapes, telling
from counterfoil.console.answering import answers
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.notes import note_form
from counterfoil.errors import NotFound
from counterfoil.models.ids import PREFIX, id_of
from counterfoil.queries.trace import trace, trace_unit
from counterfoil.queries.traced import Trace
from counterfoil.rules.permissions import Permission


@staff_only(methods=("GET", "HEAD"))
def show_trace(visit: Visit, where: str) -> HttpResponse:
    """Show a trace by the handle of an entitlement or the id of a purchase."""
    return show(visit, "trace", trace_context(visit, where))


def trace_context(visit: Visit, where: str, *, code: str = "") -> dict[str, Any]:
    """
    Read a trace and put it in words; with ``code``, the entitlement shows it, this once.

    :raises NotFound: if there is nothing under this name.
    """
    now = timezone.now()
    found = where if where.lower().startswith(PREFIX) else ""
    if found:
        told = trace_unit(entitlement_id=id_of(found), now=now)
    else:
        told = trace(purchase_id=_id(where), now=now, page=_page(visit))
    names = _names(told)
    return {
        "headline": telling.headline(told),
        "answers": answers(visit, told, found),
        "about": _meant(told, found),
        "about_url": f"#{found.lower()}" if found else "",
        "purchase": shapes.purchase_of(told),
        "lines": told.lines,
        "entitlements": [shapes.unit_of(visit, told, unit, found, code) for unit in told.units],
        "timeline": [shapes.event_of(event, names) for event in told.timeline],
        "money_events": [beside.money_of(visit, told, money) for money in told.money],
        "deliveries": [beside.delivery_of(mail) for mail in told.deliveries],
        "attempts": [beside.attempt_of(one) for one in told.attempts],
        "exceptions": [beside.exception_of(one) for one in told.exceptions],
        "notes": [beside.note_of(note, names) for note in told.notes],
        "note_form": note_form(visit, where=_where(told), units=told.units),
        "may_read": visit.may(Permission.READ_PERSONAL),
        "actions": _actions(visit, told),
        "pages": _pages(told),
    }


def _where(told: Trace) -> str:
    """Give the name of the whole: the purchase, or the one entitlement that has none."""
    return str(told.purchase.id) if told.purchase else told.units[0].handle


def _meant(told: Trace, found: str) -> str:
    """Say which of several entitlements the answers are about."""
    if told.unit_count < 2 or not found:
        return ""
    unit = next(unit for unit in told.units if unit.handle == found.lower())
    return _("%(n)d of %(total)d") % {"n": unit.position, "total": told.unit_count}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This is not the id of a purchase.") from None


def _page(visit: Visit) -> int:
    text = visit.request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _pages(told: Trace) -> dict[str, Any]:
    if told.page_count == 1 or told.purchase is None:
        return {}
    base = reverse("counterfoil:console-trace", args=[told.purchase.id])
    return {
        "number": told.page,
        "count": told.page_count,
        "total": told.unit_count,
        "previous_url": f"{base}?page={told.page - 1}" if told.page > 1 else "",
        "next_url": f"{base}?page={told.page + 1}" if told.page < told.page_count else "",
    }


def _names(told: Trace) -> dict[str, str]:
    """Name entitlements where there are several: by their number, not by their handle."""
    if told.unit_count == 1:
        return {}
    return {
        unit.handle: _("%(n)d of %(total)d") % {"n": unit.position, "total": told.unit_count}
        for unit in told.units
    }


def _actions(visit: Visit, told: Trace) -> list[dict[str, Any]]:
    purchase = told.purchase
    if purchase is None or purchase.grant or not visit.may(Permission.RESYNC):
        return []
    label = _("Re-sync with %(channel)s") % {"channel": purchase.connection}
    url = reverse("counterfoil:console-resync", args=[purchase.id])
    return [{"act": "resync", "label": label, "url": url, "is_post": True}]
