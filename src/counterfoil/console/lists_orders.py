"""The lists of entitlements, codes and purchases."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from counterfoil.console import telling
from counterfoil.console.doors import Visit, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.console.listing import File, Listing, show_list
from counterfoil.models import CodeState
from counterfoil.queries.filtering import UnitFilter
from counterfoil.queries.listing_codes import CODE_STATES, CodeFilter, CodeInList, codes_in_list
from counterfoil.queries.listing_purchases import (
    KINDS,
    PAYMENTS,
    PurchaseFilter,
    PurchaseInList,
    purchases_in_list,
)
from counterfoil.queries.listing_units import UnitInList, units_in_list
from counterfoil.queries.unit_words import CATEGORIES
from counterfoil.rules.lifecycle import State

CODE_TONES = {
    CodeState.LIVE: telling.GOOD,
    CodeState.SPENT: telling.INFO,
    CodeState.REPLACED: telling.WARN,
    CodeState.VOID: telling.BAD,
}


def _unit(_visit: Visit, one: UnitInList) -> dict[str, Any]:
    partner = reverse("counterfoil:console-partner", args=[one.partner_slug]) if one.partner else ""
    return {
        "unit": one,
        "url": trace_url(one.handle),
        "order_url": trace_url(str(one.purchase_id)) if one.purchase_id else "",
        "partner_url": partner,
        "category": CATEGORIES.get(one.category, one.category),  # type: ignore[call-overload]
    }


def _unit_cells(one: UnitInList) -> Sequence[object]:
    return (
        *(one.handle, one.sku, one.product, one.state.value, " ".join(one.flags)),
        *(one.source, one.channel, one.reference, one.category, one.partner),
        *(one.buyer, one.holder, one.last_four, one.issued_at, one.expires_at, one.is_test),
    )


def _code(_visit: Visit, one: CodeInList) -> dict[str, Any]:
    return {
        "code": one,
        "url": trace_url(one.handle),
        "state": CODE_STATES[one.state],
        "tone": CODE_TONES[one.state],
    }


def _code_cells(one: CodeInList) -> Sequence[object]:
    return (
        *(one.last_four, one.state.value, one.handle, one.sku, one.product, one.reference),
        *(one.unit_state.value, " ".join(one.flags), one.made_at, one.ended_at, one.is_test),
    )


def _purchase(_visit: Visit, one: PurchaseInList) -> dict[str, Any]:
    state, tone = telling.standing(one.counts, one.payment)
    return {
        "purchase": one,
        "url": trace_url(str(one.id)),
        "state": state,
        "tone": tone,
        "units": sum(one.counts.values()),
        "kind": KINDS.get(one.kind, one.kind),  # type: ignore[call-overload]
        "payment": PAYMENTS.get(one.payment, one.payment),  # type: ignore[call-overload]
        "category": CATEGORIES.get(one.category, one.category),  # type: ignore[call-overload]
    }


def _purchase_cells(one: PurchaseInList) -> Sequence[object]:
    counts = [one.counts.get(state, 0) for state in State]
    return (
        *(one.id, one.reference, one.order_id, one.kind, one.channel, one.category, one.partner),
        *(one.buyer, one.payment, one.amount, one.currency, *counts),
        *(one.made_at, one.paid_at, one.is_cancelled, one.is_test),
    )


ENTITLEMENTS = Listing(
    name="entitlements",
    page="console-entitlements",
    title=later("Entitlements"),
    about=later("Every right to one unit, wherever it came from: bought, granted or printed."),
    nothing=later("There is none yet. The first order that is paid brings the first of them."),
    counted=lambda n: ngettext("%(n)s entitlement", "%(n)s entitlements", n) % {"n": f"{n:,}"},
    sought=UnitFilter,
    read=units_in_list,
    told=_unit,
    rows="list_units",
    at_hand=("state", "product", "connection", "source", "issued_from", "issued_until"),
    is_of_units=True,
    file=File(
        headings=(
            *("entitlement", "sku", "product", "state", "flags", "source", "channel", "order"),
            *("category", "partner", "buyer", "holder", "code_ends_in", "issued_at"),
            *("expires_at", "test"),
        ),
        cells=_unit_cells,
    ),
)
CODES = Listing(
    name="codes",
    page="console-codes",
    title=later("Codes"),
    about=later(
        "Every code there ever was, by its last four. Which entitlement one belongs to, and what"
        " became of it, is on the trace."
    ),
    nothing=later("No code was made yet."),
    counted=lambda n: ngettext("%(n)s code", "%(n)s codes", n) % {"n": f"{n:,}"},
    sought=CodeFilter,
    read=codes_in_list,
    told=_code,
    rows="list_codes",
    at_hand=("state", "product", "connection", "made_from", "made_until"),
    file=File(
        headings=(
            *("code_ends_in", "code_state", "entitlement", "sku", "product", "order"),
            *("entitlement_state", "flags", "made_at", "ended_at", "test"),
        ),
        cells=_code_cells,
    ),
)
PURCHASES = Listing(
    name="purchases",
    page="console-purchases",
    title=later("Purchases"),
    about=later("Every order of every channel, and everything that was given without one."),
    nothing=later("Nothing was bought yet. An order appears here as soon as its channel tells us."),
    counted=lambda n: ngettext("%(n)s purchase", "%(n)s purchases", n) % {"n": f"{n:,}"},
    sought=PurchaseFilter,
    read=purchases_in_list,
    told=_purchase,
    rows="list_purchases",
    at_hand=("kind", "connection", "product", "payment", "made_from", "made_until"),
    file=File(
        headings=(
            *("purchase", "reference", "order_id", "kind", "channel", "category", "partner"),
            *("buyer", "payment", "amount_minor", "currency"),
            *(state.value for state in State),
            *("created_at", "paid_at", "cancelled", "test"),
        ),
        cells=_purchase_cells,
    ),
)


@staff_only(methods=("GET", "HEAD"))
def list_entitlements(visit: Visit) -> HttpResponse:
    """List entitlements, the newest first."""
    return show_list(visit, ENTITLEMENTS)


@staff_only(methods=("GET", "HEAD"))
def list_codes(visit: Visit) -> HttpResponse:
    """List codes, masked, the newest first."""
    return show_list(visit, CODES)


@staff_only(methods=("GET", "HEAD"))
def list_purchases(visit: Visit) -> HttpResponse:
    """List purchases and grants, the newest first."""
    return show_list(visit, PURCHASES)
