"""The channel says now that somebody else has it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Fact, Lead, Playbook, Suggestion
from counterfoil.rules.acts import Act
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell which units are in question."""
    yield from parts.of_order(case)
    yield from parts.told(_("The line says"), case.evidence.get("description"))
    numbers = case.evidence.get("units")
    if isinstance(numbers, list):
        text = ", ".join(str(one) for one in numbers)
        yield from parts.told(_("Units of the line that differ"), text)
    yield from parts.told(_("How many"), case.evidence.get("count"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Ask again, leave it with whoever has it, or transfer it."""
    yield parts.leave(
        name="stays",
        label=_("It stays with whoever has it here"),
        will=(_("The channel keeps saying something else; nobody is asked about it again."),),
        outcome="It stays with whoever has it here.",
        permission=Permission.RESOLVE_EXCEPTION,
    )
    numbers = case.evidence.get("units")
    wanted = set(numbers) if isinstance(numbers, list) else set()
    line = case.evidence.get("line")
    for unit in parts.units_of(case.purchase):
        is_theirs = unit.line is not None and unit.line.external_line == line
        if is_theirs and unit.ordinal + 1 in wanted and parts.is_used(unit):
            yield parts.act_on(
                unit,
                Act.TRANSFER,
                label=_("Transfer unit %(n)d") % {"n": unit.ordinal + 1},
                says=_("To the address the channel names; you type it. Then ask again."),
            )
            break
    yield from parts.ask_channel(case)


def brief(evidence: Mapping[str, Any]) -> str:
    """Say how many units differ."""
    count = evidence.get("count")
    return _("Units that differ: %(n)s") % {"n": count} if count else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.HOLDER_DIFFERS,
        title="Channel names another holder",
        summary="The channel says now that somebody else has it, or that it is for something"
        " else. Nothing was changed here.",
        due=timedelta(days=1),
    ),
    arises="An order that names who has each unit is told again with another account or subject.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
