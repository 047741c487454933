"""Looking for whatever was pasted, and the addresses of what was found."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.queries.found import Kind, Place, PlaceKind
from counterfoil.queries.search import LONGEST, search
from counterfoil.rules.exceptions import kind_named

PAGES = {
    PlaceKind.PARTNER: "partner",
    PlaceKind.PERSON: "person",
    PlaceKind.CASE: "exception",
}
_KINDS = {
    PlaceKind.PARTNER: gettext_lazy("Partner"),
    PlaceKind.PERSON: gettext_lazy("Person"),
    PlaceKind.CASE: gettext_lazy("Case"),
}


def understood(kind: Kind) -> str:
    """Say what was made of a search."""
    return {
        Kind.CODE: _("a code or link"),
        Kind.MISTYPED: _("a code with a symbol that is wrong, or a number we do not know"),
        Kind.LAST_FOUR: _("the last four of a code"),
        Kind.HANDLE: _("a handle"),
        Kind.MAIL: _("an e-mail address"),
        Kind.REFERENCE: _("an order, payment or case number"),
        Kind.ID: _("an id"),
        Kind.BATCH: _("a batch, and the number on the piece"),
        Kind.TICKET: _("a ticket"),
        Kind.SUBJECT: _("whom or what something is for"),
        Kind.ACCOUNT: _("an account, as the host names it"),
        Kind.PARTNER: _("a partner"),
        Kind.NOTHING: "",
    }[kind]


@staff_only()
def find(visit: Visit) -> HttpResponse:
    """
    Look for what was posted, and open it if it is one thing.

    Nothing searched for is ever part of an address: it might be a code. So there is no page to
    come back to; whoever visits without posting is sent home.
    """
    if visit.request.method != "POST":
        return redirect("counterfoil:console-home")
    found = search(visit.request.POST.get("q", "")[:LONGEST], now=timezone.now())
    if found.kind is Kind.NOTHING:
        return redirect("counterfoil:console-home")
    if found.only is not None:
        return redirect(_top_of(found.only.where))
    if found.place is not None:
        return redirect(place_url(found.place))
    context = {
        "search_term": found.term,
        "understood_as": understood(found.kind),
        "needs_more": found.needs_more,
        "truncated": found.is_truncated,
        "results": [{"url": _top_of(hit.where), "hit": hit} for hit in found.hits],
        "places": [_place(one) for one in found.places],
    }
    return show(visit, "search", context)


def trace_url(where: str) -> str:
    """Give the address of a trace, at the entitlement that is meant if one is."""
    anchor = f"#{where}" if where.startswith("ent_") else ""
    return reverse("counterfoil:console-trace", args=[where]) + anchor


def _top_of(where: str) -> str:
    """Give the top of a trace: there stand the answers, and the way to what was meant."""
    return reverse("counterfoil:console-trace", args=[where])


def place_url(place: Place) -> str:
    """Give the address of a page that is no trace."""
    return reverse(f"counterfoil:console-{PAGES[place.kind]}", args=[place.where])


def _place(place: Place) -> dict[str, Any]:
    is_case = place.kind is PlaceKind.CASE
    return {
        "kind": _KINDS[place.kind],
        "label": kind_named(place.label).title if is_case else place.label,
        "url": place_url(place),
    }
