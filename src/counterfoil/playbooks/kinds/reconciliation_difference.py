"""Asked how the order stands, the channel says something else than our records."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell what is said there and here."""
    yield from parts.of_order(case)
    differences = case.evidence.get("differences")
    for one in differences if isinstance(differences, list) else ():
        yield Fact(label=_("Differs"), text=str(one))
    yield from parts.of_units(parts.units_of(case.purchase))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Ask again, decide on the trace, or keep our records as they are."""
    yield from parts.ask_channel(case)
    yield from parts.to_trace(
        case, says=_("Revoke what is too much there, or grant what is missing.")
    )
    yield parts.leave(
        name="ours_holds",
        label=_("Our records are right"),
        will=(
            _("The channel keeps saying something else."),
            _("Nobody is asked about just this difference again."),
        ),
        outcome="Our records are right.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def brief(evidence: Mapping[str, Any]) -> str:
    """Name the first difference."""
    found = evidence.get("differences")
    return str(found[0]) if isinstance(found, list) and found else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.RECONCILIATION_DIFFERENCE,
        title="Channel and records differ",
        summary="Asked how the order stands, the channel says something else than our records,"
        " and nothing of it could be healed.",
        due=timedelta(days=1),
    ),
    arises="A comparison with a channel finds an order it does not know, or units it counts"
    " otherwise, and converging does not mend it.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
