"""What is kept for somebody: the list, and one reservation with what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.operations.release import release
from counterfoil.queries import words
from counterfoil.queries.reservations import (
    PAGE,
    ReservationSeen,
    items_of,
    one_reservation,
    reservations,
)
from counterfoil.rules.permissions import Permission

REASONS = ("customer_asked", "support_case", "mistake", "other")
ENDS = {
    "": ("warn", later("kept")),
    "used": ("good", later("used")),
    "released": ("", later("released")),
    "lapsed": ("", later("lapsed")),
    "taken_over": ("info", later("taken over")),
    "withdrawn": ("bad", later("withdrawn")),
}
OWNERS = {
    "partner": later("a partner"),
    "key": later("an API key"),
    "operator": later("staff"),
}


@staff_only(methods=("GET", "HEAD"))
def list_reservations(visit: Visit) -> HttpResponse:
    """List what is kept, the newest first; or what was."""
    over = visit.request.GET.get("over") == "1"
    found, listed = reservations(is_open=not over, before=paging(visit)), _listed()
    start = f"{listed}?over=1&" if over else f"{listed}?"
    context = {
        "section": "reservations",
        "views": [
            {"label": _("Kept now"), "url": listed, "is_current": not over},
            {"label": _("Over"), "url": f"{listed}?over=1", "is_current": over},
        ],
        "rows": [_told(one) for one in found],
        "next_url": f"{start}before={found[-1].id}" if len(found) == PAGE else "",
    }
    return show(visit, "reservations", context)


@staff_only(methods=("GET", "HEAD"))
def show_reservation(visit: Visit, reservation_id: UUID) -> HttpResponse:
    """Show one, with everything in it."""
    return show(visit, "reservation", _context(visit, reservation_id))


@staff_only(Permission.RELEASE, methods=("POST",))
def release_all(visit: Visit, reservation_id: UUID) -> HttpResponse:
    """Let go of what is left of a reservation."""
    reason = visit.request.POST.get("reason", "")
    if reason not in REASONS:
        context = _context(visit, reservation_id) | {"errors": {"reason": _("Choose why.")}}
        return show(visit, "reservation", context, status=409)
    release(reservation_id=reservation_id, reason=reason, by=visit.operator, at=timezone.now())
    messages.success(visit.request, _("What was left is free again."), fail_silently=True)
    return redirect("counterfoil:console-reservation", reservation_id)


def _context(visit: Visit, reservation_id: UUID) -> dict[str, Any]:
    seen = one_reservation(reservation_id)
    items, following = items_of(reservation_id, after=visit.request.GET.get("after") or None)
    here = reverse("counterfoil:console-reservation", args=[reservation_id])
    return {
        "section": "reservations",
        "row": _told(seen),
        "items": [
            {
                "handle": one.entitlement,
                "product": one.product,
                "url": trace_url(one.entitlement),
                "tone": ENDS[one.ended_because][0],
                "end": ENDS[one.ended_because][1],
                "ended_at": one.ended_at,
            }
            for one in items
        ],
        "next_url": f"{here}?after={following}" if following else "",
        "may_release": seen.kept > 0 and visit.may(Permission.RELEASE),
        "reasons": [(one, words.worded(words.REASONS, one).capitalize()) for one in REASONS],
        "errors": {},
    }


def _told(one: ReservationSeen) -> dict[str, Any]:
    kind = one.owner.partition(":")[0]
    return {
        "seen": one,
        "url": reverse("counterfoil:console-reservation", args=[one.id]),
        "what": one.product or _("named entitlements"),
        "owner": one.partner or OWNERS.get(kind, kind),
        "ended": [
            {"count": getattr(one, name), "label": ENDS[name][1], "tone": ENDS[name][0]}
            for name in ("used", "released", "lapsed", "taken_over", "withdrawn")
            if getattr(one, name)
        ],
    }


def _listed() -> str:
    return reverse("counterfoil:console-reservations")
