"""The desk for failed attempts: why a code was refused, what its owner saw, and what helps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from counterfoil.console.attempt_steps import next_step
from counterfoil.console.doors import Visit, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.console.listing import File, Listing, show_list
from counterfoil.queries.attempts import (
    REASONS,
    SURFACES,
    WRONG_DIGITS,
    AttemptFilter,
    Refused,
    attempts_in_list,
)

TONES: Mapping[str, str] = {
    "code_malformed": "",
    "code_not_found": "warn",
    WRONG_DIGITS: "",
    "entitlement_on_hold": "warn",
    "entitlement_reserved": "warn",
    "entitlement_bound": "warn",
}
NEUTRAL = later(
    "“This code cannot be used here. It may be mistyped, already used, replaced, or no longer"
    " valid.” The page says no more to anybody who might be guessing."
)
MISTYPED = later("That it is mistyped, and how: its length, a sign no code has, or a swap.")
BOUND = later(
    "“This is for somebody else's address. It can be claimed only with the address that"
    " its mail came to.”"
)
DIGITS = later("That the digits are wrong or too old, and a button for new ones.")
GONE = later("“This code is not available. It was withdrawn, or is suspended for the moment.”")
PRECISE: Mapping[str, str | Promise] = {
    "code_already_used": later("“This code was used.” They bought it, so they are told."),
    "entitlement_expired": later("“This code has expired.” They bought it, so they are told."),
    "entitlement_reserved": later("“This code is kept for somebody.”"),
    "entitlement_revoked": GONE,
    "entitlement_on_hold": GONE,
    "code_replaced": later("“This code was replaced. The valid one is under My purchases.”"),
}


def seen_by_customer(one: Refused) -> str:
    """Say what was shown to whoever tried: as little as the public may know, or more."""
    if one.reason == WRONG_DIGITS:
        return str(DIGITS)
    if one.surface == "api":
        if one.key_reads_reasons or one.reason == "code_malformed":
            return _("The system that asked was told the reason: %(code)s.") % {"code": one.reason}
        return _("The system that asked was told “code_not_usable”, and not why.")
    if one.surface == "till":
        return _("“Do not sell this”, with the reason, at the till.")
    if one.reason == "code_malformed":
        return str(MISTYPED)
    if one.reason == "entitlement_bound":
        return str(BOUND)
    if one.unit is not None and one.unit.was_told_why and one.reason in PRECISE:
        return str(PRECISE[one.reason])
    return str(NEUTRAL)


def _row(visit: Visit, one: Refused) -> dict[str, Any]:
    url = trace_url(one.unit.handle) if one.unit else ""
    person = reverse("counterfoil:console-person", args=[one.person_id]) if one.person_id else ""
    others = reverse("counterfoil:console-attempts")
    return {
        "attempt": one,
        "reason": REASONS.get(one.reason, one.reason.replace("_", " ")),
        "tone": TONES.get(one.reason, "bad"),
        "where": SURFACES.get(one.surface, one.surface),
        "seen": seen_by_customer(one),
        "url": url,
        "person_url": person,
        "theirs_url": f"{others}?account={one.account_id}" if one.account_id else "",
        "step": next_step(visit, one),
    }


def _cells(one: Refused) -> Sequence[object]:
    unit = one.unit
    return (
        *(one.at, one.reason, one.surface, one.key_name, one.last_four, one.who),
        unit.handle if unit else "",
        unit.product if unit else "",
        unit.channel if unit else "",
        unit.state.value if unit else "",
        seen_by_customer(one),
    )


ATTEMPTS = Listing(
    name="attempts",
    page="console-attempts",
    title=later("Failed attempts"),
    about=later(
        "Every code that was refused: why, where, what whoever tried it was told, and what helps"
        " them. Nobody outside reads more than they may."
    ),
    nothing=later("No code was refused yet."),
    counted=lambda n: ngettext("%(n)s attempt", "%(n)s attempts", n) % {"n": f"{n:,}"},
    sought=AttemptFilter,
    read=attempts_in_list,
    told=_row,
    template="attempts",
    rows="list_attempts",
    at_hand=("reason", "surface", "ours", "since", "until"),
    file=File(
        headings=(
            *("at", "reason", "surface", "api_key", "code_ends_in", "who", "entitlement"),
            *("product", "channel", "state_now", "what_they_saw"),
        ),
        cells=_cells,
    ),
)


@staff_only(methods=("GET", "HEAD"))
def list_attempts(visit: Visit) -> HttpResponse:
    """List refused attempts, the newest first, each with what helps."""
    return show_list(visit, ATTEMPTS)
