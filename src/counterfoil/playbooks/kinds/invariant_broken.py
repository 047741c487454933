"""A promise about the records does not hold."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.effects.verifying import check
from counterfoil.models import ExceptionCase
from counterfoil.models.ids import handle_of, uuid_of
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.queries.invariants import INVARIANTS, Invariant
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell which promise, and the rows that break it."""
    yield from parts.told(_("What should always be true"), case.evidence.get("says"))
    yield from parts.told(_("Promise"), case.evidence.get("promise"))
    rows = case.evidence.get("rows")
    for row in rows[: parts.SHOWN] if isinstance(rows, list) else ():
        text = ", ".join(f"{name} {value}" for name, value in dict(row).items())
        yield Fact(label=_("Row"), text=text, about=_trace_of(dict(row)))


def _trace_of(row: Mapping[str, Any]) -> str:
    """Give what leads to the trace of a row: its entitlement, or its purchase."""
    unit = uuid_of(str(row.get("entitlement_id") or ""))
    purchase = uuid_of(str(row.get("purchase_id") or ""))
    return handle_of(unit) if unit else str(purchase or "")


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Look again; what nobody here can mend is for whoever runs this installation."""
    broken = next((one for one in INVARIANTS if one.name == case.key), None)
    if broken is not None:
        yield Suggestion(
            name="check",
            label=_("Check it again"),
            will=(
                _("The whole table is looked through for what breaks this promise."),
                _("This case closes if nothing does any more."),
            ),
            permission=Permission.VERIFY,
            do=partial(_check, broken),
        )
    yield parts.leave(
        name="known",
        label=_("Whoever runs this installation knows"),
        will=(
            _("If it still does not hold at the next check, within the hour, a new case opens."),
            _("Send them the rows above: they hold ids and no personal data."),
        ),
        outcome="Whoever runs this installation knows.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _check(broken: Invariant, doing: Doing) -> str:
    found = check(broken, at=doing.at)
    if found:
        return _("It still does not hold: open a row, and see what can be done there.")
    resolve_exception(
        kind=ExceptionKind.INVARIANT_BROKEN,
        key=broken.name,
        outcome="It holds again.",
        by=doing.by,
        at=doing.at,
    )
    return _("It holds again.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what should be true."""
    return str(evidence.get("says") or "")


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.INVARIANT_BROKEN,
        title="Records contradict each other",
        summary="A promise about the records does not hold: something wrote past the rules, or"
        " there is a defect. Tell whoever runs this installation.",
        due=timedelta(hours=2),
    ),
    arises="The hourly check of the promises finds rows that break one.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
