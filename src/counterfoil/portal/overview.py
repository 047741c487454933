"""The first page: what there is, how it stands, and what needs somebody."""

from typing import Any

from django.http import HttpResponse

from counterfoil.portal import words
from counterfoil.portal.doors import Visit, members_only, show
from counterfoil.portal.sources import value_of
from counterfoil.queries.allotments import AllotmentSeen, overview, together
from counterfoil.queries.attention import needs_somebody
from counterfoil.queries.handouts import handouts_of
from counterfoil.queries.kept import kept_by

SHOWN = ("free", "reserved", "sent", "claimed", "fulfilled", "expired")
RARE = ("on_hold", "unsold", "sold", "revoked")
LATELY = 5


@members_only()
def show_overview(visit: Visit) -> HttpResponse:
    """Show all that a partner has, with what it did lately."""
    rows = overview(visit.partner_id)
    context = {
        "section": "overview",
        "pools": [_told(visit, one) for one in rows],
        "totals": _counts(visit, together(rows), "", every=True),
        "attention": needs_somebody(visit.partner_id),
        "stock_url": visit.to("stock"),
        "lists": [told_of(visit, one) for one in handouts_of(visit.partner_id, most=LATELY)],
        "kept": kept_by(visit.partner_id),
    }
    return show(visit, "overview", context)


def told_of(visit: Visit, one: Any) -> dict[str, Any]:
    """Put a list in words."""
    return {
        "seen": one,
        "url": visit.to("list", one.id),
        "status": words.worded(words.HANDOUTS, one.status),
        "tone": "warn" if one.is_halted or one.status == "judged" else "good",
    }


def _told(visit: Visit, one: AllotmentSeen) -> dict[str, Any]:
    which = f"product={one.product_id}"
    which += f"&allotment={one.id}" if one.id else "&bought=1"
    return {
        "seen": one,
        "url": f"{visit.to('stock')}?{which}",
        "counts": _counts(visit, one.counts, which, every=False),
        "source": value_of(one.product_id, one.id),
    }


def _counts(visit: Visit, counts: Any, which: str, *, every: bool) -> list[dict[str, Any]]:
    """Give the counts that are always shown, and the rare ones where there are any."""
    names = [*SHOWN, *(name for name in RARE if getattr(counts, name))]
    start = f"{visit.to('stock')}?{which}{'&' if which else ''}"
    return [
        {
            "label": words.worded(words.STANDINGS, name),
            "count": getattr(counts, name),
            "url": f"{start}standing={name}",
            "tone": words.TONES[name],
        }
        for name in names
        if every or getattr(counts, name) or name == "free"
    ]
