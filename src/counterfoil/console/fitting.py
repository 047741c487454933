"""Whether an act fits an entitlement as it stands, and if not, why not and what to do instead."""

from django.utils.translation import gettext as _

from counterfoil.console import gift_fitting, keeping
from counterfoil.queries import words
from counterfoil.queries.traced import TracedUnit
from counterfoil.rules.acts import ALLOWED, STOPPED_BY_HOLD, Act
from counterfoil.rules.lifecycle import CODE_STATES, HOLDER_STATES, State
from counterfoil.rules.onboarding import StepKind, StepStanding

OF_NO_USE_EXPIRED = frozenset(
    {
        Act.ASSIGN,
        Act.RESERVE,
        Act.SET_GIFT,
        Act.CORRECT_RECIPIENT,
        Act.RESEND_CODE,
        Act.REPLACE_CODE,
        Act.REVEAL_CODE,
        Act.CORRECT_BUYER,
    }
)
"""What would bring a code to somebody, or an entitlement, that can no longer be used."""


def why_not(act: Act, unit: TracedUnit) -> str:
    """Say why an act makes no sense as it stands, and what would; nothing if it does."""
    if unit.state not in ALLOWED[act]:
        return _state_forbids(unit)
    if unit.held_count and act in STOPPED_BY_HOLD:
        holds = ", ".join(f"{hold.kind} {hold.reference}".strip() for hold in unit.holds)
        return _("It is on hold (%(holds)s). Lift the hold first.") % {"holds": holds}
    if "expired" in unit.flags and act in OF_NO_USE_EXPIRED and unit.expires_at is not None:
        told = {"day": words.day(unit.expires_at)}
        return _("It expired on %(day)s. Change how long it is valid first.") % told
    return _without_object(act, unit)


def _state_forbids(unit: TracedUnit) -> str:
    if unit.state is State.REVOKED:
        return _("It is revoked. It can only be reinstated.")
    if unit.state in HOLDER_STATES:
        told = {"holder": unit.holder}
        return _("%(holder)s has it: its code is spent. Take it back first, if that is meant.") % (
            told
        )
    if unit.state is State.MINTED:
        return _("It was printed and is not sold yet.")
    if unit.state in CODE_STATES and unit.state is not State.RESERVED:
        return _("Nobody has it, and it is kept for nobody.")
    return _("It is kept for somebody. Release it first, if that is meant.")


def _without_object(act: Act, unit: TracedUnit) -> str:
    match act:
        case Act.LIFT_HOLD if not unit.held_count:
            return _("There is no hold on it.")
        case Act.COMPLETE_SUBJECT if not unit.needs_subject:
            return _("It is for whoever has it; nobody says whom it is for.")
        case Act.COMPLETE_SUBJECT if unit.subject:
            return _("It was said already whom it is for. That can be corrected.")
        case Act.CORRECT_SUBJECT if not unit.subject:
            return _("Nobody has said yet whom it is for.")
        case Act.COMPLETE_STEP if not answerable(unit):
            return _("No step of its onboarding waits for an answer.")
        case Act.DECIDE_REFUND if not unit.decision:
            return _("No refund takes it, and nothing about it waits to be decided.")
        case Act.RETRY_PROVISIONING if not keeping.fits(act, unit):
            return _("Downstream everything is as it should be.")
        case _ if not gift_fitting.fits(act, unit.gift):
            return gift_fitting.why_not(act, unit.gift)
        case _:
            return ""


def answerable(unit: TracedUnit) -> tuple[str, ...]:
    """Name the steps that staff can answer for a customer now."""
    itself = {StepKind.SIGN_IN, StepKind.MAIL_CHECK, StepKind.SUBJECT}
    return tuple(
        step.key
        for step in unit.steps
        if step.kind not in itself and step.standing in (StepStanding.OPEN, StepStanding.DECLINED)
    )
