"""Where support starts: the search box, what needs a person, what came in last."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.telling import standing
from counterfoil.queries.exceptions import open_kinds
from counterfoil.queries.newest import Newest, newest_purchases
from counterfoil.queries.search import Kind, search
from counterfoil.rules.exceptions import kind_named


def understood(kind: Kind) -> str:
    """Say what was made of a search."""
    return {
        Kind.CODE: _("a code or link"),
        Kind.LAST_FOUR: _("the last four of a code"),
        Kind.HANDLE: _("a handle"),
        Kind.MAIL: _("an e-mail address"),
        Kind.REFERENCE: _("an order, payment or case number"),
        Kind.ID: _("an id"),
        Kind.BATCH: _("a batch, and the number on the piece"),
        Kind.NOTHING: "",
    }[kind]


@staff_only(methods=("GET", "HEAD"))
def home(visit: Visit) -> HttpResponse:
    """Show the search box, open exceptions by kind, and the newest purchases."""
    listed = reverse("counterfoil:console-exceptions")
    context = {
        "section": "home",
        "exceptions": [
            {
                "label": kind_named(one.kind).title,
                "count": one.count,
                "oldest_at": one.oldest_at,
                "url": f"{listed}?kind={one.kind}",
            }
            for one in open_kinds()
        ],
        "purchases": [_purchase(one) for one in newest_purchases()],
    }
    return show(visit, "home", context)


@staff_only()
def find(visit: Visit) -> HttpResponse:
    """
    Look for what was posted, and open it if it is one thing.

    Nothing searched for is ever part of an address: it might be a code. So there is no page to
    come back to; whoever visits without posting is sent home.
    """
    if visit.request.method != "POST":
        return redirect("counterfoil:console-home")
    found = search(visit.request.POST.get("q", "")[:256], now=timezone.now())
    if found.kind is Kind.NOTHING:
        return redirect("counterfoil:console-home")
    if found.only is not None:
        return redirect(trace_url(found.only.where))
    context = {
        "search_term": found.term,
        "understood_as": understood(found.kind),
        "needs_more": found.needs_more,
        "truncated": found.is_truncated,
        "results": [{"url": trace_url(hit.where), "hit": hit} for hit in found.hits],
    }
    return show(visit, "search", context)


def trace_url(where: str) -> str:
    """Give the address of a trace, at the entitlement that is meant if one is."""
    anchor = f"#{where}" if where.startswith("ent_") else ""
    return reverse("counterfoil:console-trace", args=[where]) + anchor


def _purchase(one: Newest) -> dict[str, Any]:
    state, tone = standing(one.counts, one.payment)
    return {
        "url": trace_url(str(one.id)),
        "reference": one.reference,
        "channel": one.channel,
        "buyer": one.buyer,
        "at": one.at,
        "amount_minor": one.amount,
        "currency": "" if one.is_grant else one.currency,
        "state": state,
        "tone": tone,
        "is_test": one.is_test,
    }
