"""The till: a field that is always ready for the scanner, and what came of the last scan."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.errors import CounterfoilError, Unavailable
from counterfoil.intake import presenting
from counterfoil.models.ids import uuid_of
from counterfoil.operations.activate_at_sale import Activation
from counterfoil.queries.tills import Sold, point_of_sale, points_of_sale, sold_by
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Origin
from counterfoil.rules.permissions import Permission
from counterfoil.web.client import client_address, places_of


@staff_only(entry=Permission.ACTIVATE_AT_SALE)
def till(visit: Visit) -> HttpResponse:
    """Show the till, or sell what was scanned and show big what came of it."""
    posted, outcome, status = visit.request.POST, {}, 200
    if visit.request.method == "POST":
        try:
            outcome = _sold(_sell(visit))
        except CounterfoilError as refusal:
            outcome, status = _refused(refusal), 409
    context = _context(visit) | {
        "outcome": outcome,
        "sale": posted.get("sale", "").strip()[:200],
        "till": posted.get("till", "").strip()[:40],
        "chosen": posted.get("place", ""),
    }
    return show(visit, "till", context, status=status)


@staff_only(entry=Permission.ACTIVATE_AT_SALE, methods=("POST",))
def undo_sale(visit: Visit) -> HttpResponse:
    """Take back a sale made by mistake some minutes ago."""
    posted, status = visit.request.POST, 200
    try:
        unit = presenting.take_back(
            connection=point_of_sale(_place(visit)),
            presented=posted.get("unit", "").strip()[:300],
            origin=_origin(visit),
            by=visit.operator,
            at=timezone.now(),
        )
    except CounterfoilError as refusal:
        outcome, status = _refused(refusal), 409
    else:
        outcome = {
            "tone": "warn",
            "title": _("Taken back"),
            "text": _("Set this piece aside: its code is dead, and it must not be sold again."),
            "detail": unit.handle,
        }
    context = _context(visit) | {"outcome": outcome, "chosen": posted.get("place", "")}
    return show(visit, "till", context, status=status)


def _sell(visit: Visit) -> Activation:
    posted = visit.request.POST
    presented = posted.get("unit", "").strip()[:300]
    return presenting.sell(
        connection=point_of_sale(_place(visit)),
        sale=posted.get("sale", "").strip()[:200],
        presented=presented,
        till=posted.get("till", "").strip()[:40],
        origin=_origin(visit),
        by=visit.operator,
        at=timezone.now(),
    )


def _origin(visit: Visit) -> Origin:
    address, network = places_of(client_address(visit.request))
    return Origin(surface="till", address=address, network=network)


def _place(visit: Visit) -> UUID:
    """Give the point of sale that was chosen, or the only one there is."""
    chosen = uuid_of(visit.request.POST.get("place"))
    places = points_of_sale()
    if chosen is None and len(places) == 1:
        return places[0].pk
    return chosen or UUID(int=0)


def _sold(done: Activation) -> dict[str, Any]:
    [unit] = done.units
    number = _("No. %(n)d of %(batch)s") % {
        "n": unit.batch_ordinal or 0,
        "batch": unit.batch.name if unit.batch else "",
    }
    return {
        "tone": "info" if done.repeated else "good",
        "title": _("Sold already, in this sale") if done.repeated else _("Sold"),
        "text": unit.product.name,
        "at": done.purchase.paid_at if done.repeated else None,
        "detail": f"{number} · {done.purchase.external_reference}",
        "unit": unit.handle,
        "is_test": unit.is_test,
    }


def _refused(refusal: CounterfoilError) -> dict[str, Any]:
    again = isinstance(refusal, Unavailable)
    title = _("Scan it again") if again else _("Do not sell this")
    return {"tone": "warn" if again else "bad", "title": title, "text": str(refusal)}


def _context(visit: Visit) -> dict[str, Any]:
    now = timezone.now()
    window = timedelta(minutes=conf.SALE_UNDO_MINUTES)
    places = points_of_sale()
    recent = sold_by(visit.operator.id, since=now - timedelta(hours=12))
    return {
        "section": "till",
        "places": places,
        "undo_minutes": conf.SALE_UNDO_MINUTES,
        "recent": [{"sold": one, "can_undo": _can_undo(one, now - window)} for one in recent],
    }


def _can_undo(one: Sold, since: Any) -> bool:
    return one.state in (State.ISSUED, State.RESERVED) and one.at >= since
