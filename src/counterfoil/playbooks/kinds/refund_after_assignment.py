"""Money went back for a unit that somebody has."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.models import Decision, Entitlement, ExceptionCase
from counterfoil.operations.decide_refunded_unit import decide_refunded_unit
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.queries import words
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.lifecycle import State
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell why it should go, and how it stands."""
    yield from parts.of_order(case)
    reason = case.evidence.get("reason")
    if reason:
        yield Fact(label=_("What happened"), text=words.worded(words.REASONS, str(reason)))
    if case.entitlement is not None:
        yield from parts.of_units([case.entitlement])
    policy = {"ask": _("decide each time"), "keep": _("they keep it"), "revoke": _("revoke")}
    said = policy.get(str(case.evidence.get("policy")))
    yield from parts.told(_("The terms say"), said)


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Take it back from whoever has it, or let them keep it."""
    unit = case.entitlement
    if unit is None:
        return
    reason = str(case.evidence.get("reason") or "refunded")
    holder = parts.holder_of(unit)
    if unit.state != State.REVOKED:
        yield Suggestion(
            name="revoke",
            label=_("Take it back"),
            will=_taking(unit, holder),
            warning=_("It is in use. Whoever has it is not asked.") if holder else "",
            permission=Permission.DECIDE_REFUND,
            do=partial(_decide, unit.pk, Decision.REVOKE, reason),
            outcome="It was taken back.",
        )
    yield Suggestion(
        name="keep",
        label=_("They may keep it"),
        will=(
            _("%(holder)s keeps it, although the money went back.")
            % {"holder": holder or _("Whoever has it")},
            _("That it was decided, and by whom, is kept with the refund."),
        ),
        permission=Permission.DECIDE_REFUND,
        do=partial(_decide, unit.pk, Decision.KEEP, reason),
        outcome="They may keep it.",
    )
    yield from parts.to_trace(case, says=_("See what else belongs to this order first."))


def _taking(unit: Entitlement, holder: str) -> tuple[str, ...]:
    product = {"product": unit.product.name}
    lost = _("%(holder)s loses %(product)s, and its downstream record is taken down.")
    stops = _("%(product)s is revoked; its code stops working at once.")
    return (
        lost % (product | {"holder": holder}) if holder else stops % product,
        _("No money is moved: it has gone back already."),
        _("It can be reinstated later."),
    )


def _decide(unit: UUID, decision: Decision, reason: str, doing: Doing) -> str:
    decide_refunded_unit(entitlement_id=unit, decision=decision, **doing.why(reason))
    if decision is Decision.REVOKE:
        return _("It was taken back.")
    return _("They may keep it.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say why it should go."""
    reason = evidence.get("reason")
    return words.worded(words.REASONS, str(reason)).capitalize() if reason else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.REFUND_AFTER_ASSIGNMENT,
        title="Refund of something in use",
        summary="Money went back for a unit that somebody has. Take it back, or let them keep it.",
        due=timedelta(days=2),
    ),
    arises="A refund, a cancellation or a smaller order takes back a unit that somebody has"
    " redeemed, and its terms say to ask or to let them keep it.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
