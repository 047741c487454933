"""What helps somebody whose code was refused, as things stand now."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit
from counterfoil.console.finding import trace_url
from counterfoil.queries.attempts import WRONG_DIGITS, Refused, Tried
from counterfoil.rules.acts import Act, allowed_acts
from counterfoil.rules.lifecycle import State
from counterfoil.rules.permissions import permission_for

Words = str | Promise


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What to do next, and where; ``is_over`` where nothing is left to do."""

    text: Words
    label: Words = ""
    url: str = ""
    is_over: bool = False


LOOK = later("Look at its trace")
ACTS: Mapping[str, tuple[Act, Words, Words]] = {
    "code_replaced": (
        Act.RESEND_CODE,
        later("They have an old mail or card. Send them the code that is valid now."),
        later("Send the code again"),
    ),
    "entitlement_revoked": (
        Act.REINSTATE,
        later("It was revoked; the trace says by whom and why. If that was wrong, bring it back."),
        later("Reinstate it"),
    ),
    "entitlement_expired": (
        Act.EXTEND,
        later("Its time is over. If goodwill allows, give it more."),
        later("Extend it"),
    ),
    "entitlement_on_hold": (
        Act.LIFT_HOLD,
        later("It is on hold; the trace says why. Once that is settled, lift the hold."),
        later("Lift the hold"),
    ),
    "entitlement_reserved": (
        Act.RELEASE,
        later("It is kept for somebody. If it should not be any more, release it."),
        later("Release it"),
    ),
    "entitlement_bound": (
        Act.CORRECT_RECIPIENT,
        later("It is a gift for another address. If that address is wrong, correct it."),
        later("Correct the address"),
    ),
}
ONLY_LOOK: Mapping[str, Words] = {
    "code_already_used": later(
        "Somebody else has it. See who and since when; if it went to the wrong person, move it."
    ),
    "entitlement_not_sold": later(
        "A printed code that no till has sold. Ask where it was bought and for the receipt; the"
        " shop can still scan it."
    ),
    "entitlement_is_test": later("A code for tests, which does nothing where real money moves."),
    "entitlement_of_another": later(
        "A partner's system tried a code of another partner. Nothing is wrong with the code."
    ),
    "partner_suspended": later("The partner that asked is suspended; its codes are not."),
    "entitlement_already_sold": later("The till scanned a piece that was sold before."),
    "not_printed": later("The till scanned a code that was not printed for sale."),
}


def next_step(visit: Visit, one: Refused) -> Step:
    """Say what helps: with the entitlement as it stands now, and within what this role may do."""
    if one.unit is None:
        return _unknown(one)
    unit = one.unit
    if unit.is_theirs:
        return Step(text=_("They have it by now. Nothing is left to do."), is_over=True)
    if _is_past(one.reason, unit):
        said = _("This no longer stands in the way: they can try again.")
        return Step(text=said, label=LOOK, url=trace_url(unit.handle), is_over=True)
    if one.reason in ACTS:
        return _act(visit, one.reason, unit)
    told = ONLY_LOOK.get(one.reason, later("Its trace tells what happened."))
    return Step(text=told, label=LOOK, url=trace_url(unit.handle))


def _act(visit: Visit, reason: str, unit: Tried) -> Step:
    act, text, label = ACTS[reason]
    is_allowed = act in allowed_acts(unit.state, held_count=unit.held_count)
    if is_allowed and visit.may(permission_for(act)):
        url = reverse("counterfoil:console-act", args=[unit.handle, act.value])
        return Step(text=text, label=label, url=url)
    return Step(text=text, label=LOOK, url=trace_url(unit.handle))


def _is_past(reason: str, unit: Tried) -> bool:
    """Tell whether what stood in the way then does not any more."""
    match reason:
        case "entitlement_on_hold":
            return not unit.held_count
        case "entitlement_expired":
            return "expired" not in unit.flags and unit.state is State.ISSUED
        case "entitlement_revoked":
            return unit.state is State.ISSUED and not unit.held_count
        case "entitlement_reserved":
            return unit.state is State.ISSUED
        case "code_already_used":
            return unit.state is State.ISSUED and unit.has_it_since is None
        case "entitlement_not_sold":
            return unit.state is State.ISSUED
        case _:
            return False


def _unknown(one: Refused) -> Step:
    search = reverse("counterfoil:console-home")
    if one.reason == WRONG_DIGITS:
        return Step(text=_("Let them ask for new digits. Each mail has its own, for a short time."))
    if one.person_id is not None:
        said = _(
            "No code of ours reads like this. See what they have bought, and which code it is."
        )
        url = reverse("counterfoil:console-person", args=[one.person_id])
        return Step(text=said, label=_("What they have"), url=url)
    said = _(
        "No code of ours reads like this. Ask for the order number or e-mail address: what was"
        " bought is found without the code."
    )
    if one.reason == "code_malformed":
        said = _(
            "Nothing was looked up. Have it read out group by group, or ask for the order number:"
            " what was bought is found without the code."
        )
    return Step(text=said, label=_("Search"), url=search)
