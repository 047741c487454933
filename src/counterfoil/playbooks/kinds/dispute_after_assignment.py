"""The payment is disputed, and the unit is in use."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.models import Entitlement, ExceptionCase, HoldKind
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.revoke import revoke
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.orders import DisputeStatus
from counterfoil.rules.permissions import Permission

STATUSES = {
    "open": "open: the bank has not decided",
    "lost": "lost: the bank took the money",
    "won": "won",
    "inquiry": "an inquiry only",
}


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell how the dispute stands, and what is in use."""
    found = case.evidence
    yield from parts.of_order(case)
    status = str(found.get("status", ""))
    yield from parts.told(_("The dispute is"), STATUSES.get(status, status))
    yield from parts.told(_("Disputed"), parts.amount(found.get("amount"), found.get("currency")))
    yield from parts.told(_("The bank calls it"), found.get("dispute"))
    yield from parts.of_units(_used(case))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Take it back, suspend it until the bank decides, or let them keep it."""
    used = _used(case)
    reference = str(case.evidence.get("dispute", ""))
    free = [unit for unit in used if not unit.held_count]
    count = ngettext("%(n)d unit in use", "%(n)d units in use", len(used)) % {"n": len(used)}
    if free and reference and case.evidence.get("status") == "open":
        yield Suggestion(
            name="hold",
            label=_("Suspend it until the bank decides"),
            will=(
                _("A hold for this dispute is placed on %(count)s.") % {"count": count},
                _("It is lifted by itself if the dispute is won."),
                _("This case comes back if the dispute is lost."),
            ),
            permission=Permission.PLACE_HOLD,
            do=partial(_hold, [unit.pk for unit in free], reference),
            outcome="It is on hold until the bank has decided.",
        )
    if used:
        yield Suggestion(
            name="revoke",
            label=_("Take it back"),
            will=(
                _("%(count)s is revoked; whoever has it loses it.") % {"count": count},
                _("Downstream records are taken down."),
                _("It can be reinstated if the dispute is won after all."),
            ),
            warning=_("It is in use. Whoever has it is not asked."),
            permission=Permission.DECIDE_REFUND,
            do=partial(_revoke, [unit.pk for unit in used], _reason(case)),
            outcome="It was taken back.",
        )
    yield parts.leave(
        name="keep",
        label=_("They may keep it"),
        will=(
            _("Whoever has it keeps it.")
            if case.evidence.get("status") == DisputeStatus.LOST
            else _("Whoever has it keeps it. If the dispute is lost, a new case asks again."),
        ),
        outcome="They may keep it.",
        permission=Permission.DECIDE_REFUND,
    )


def _hold(units: list[UUID], reference: str, doing: Doing) -> str:
    why = doing.why("dispute_opened")
    place_hold(entitlement_ids=units, kind=HoldKind.DISPUTE, reference=reference, **why)
    return _("It is on hold until the bank has decided.")


def _revoke(units: list[UUID], reason: str, doing: Doing) -> str:
    revoke(entitlement_ids=units, **doing.why(reason))
    return _("It was taken back.")


def _reason(case: ExceptionCase) -> str:
    """Say why it goes: what goes for a dispute that is not lost would come back by itself."""
    is_lost = case.evidence.get("status") == DisputeStatus.LOST
    return "dispute_lost" if is_lost else "dispute_opened"


def _used(case: ExceptionCase) -> list[Entitlement]:
    return [unit for unit in parts.units_of(case.purchase) if parts.is_used(unit)]


def brief(evidence: Mapping[str, Any]) -> str:
    """Say how the dispute stands."""
    status = str(evidence.get("status") or "")
    money = parts.amount(evidence.get("amount"), evidence.get("currency"))
    return f"{money}, {STATUSES.get(status, status)}" if money else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.DISPUTE_AFTER_ASSIGNMENT,
        title="Dispute about something in use",
        summary="The payment is disputed or was lost at the bank, and somebody uses what it"
        " bought. Banks want evidence within days.",
        due=timedelta(days=1),
    ),
    arises="A bank opens a dispute, or the shop loses one, about an order of which units were"
    " redeemed.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
