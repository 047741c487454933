"""A till told of a printed piece that cannot be sold."""

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
    """Tell which piece, and why it was refused."""
    yield from parts.of_order(case)
    line = str(case.evidence.get("line") or "")
    about = line if line.startswith("ent_") else ""
    yield from parts.told(_("The piece"), line, about)
    yield from parts.told(_("Why it cannot be sold"), case.evidence.get("why"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Look at the piece, ask again, or have the till give the money back."""
    yield from parts.ask_channel(case)
    line = str(case.evidence.get("line") or "")
    if line.startswith("ent_"):
        yield Lead(
            label=_("Open the piece"),
            says=_("Whether it was sold elsewhere, used or withdrawn stands on its trace."),
            page="console-trace",
            arguments=(line,),
        )
    yield Lead(
        label=_("Give the customer another"),
        says=_("Grant the product with the till's order as the reference, and close this case."),
        page="console-grant",
        permission=Permission.GRANT,
    )
    yield parts.leave(
        name="give_money_back",
        label=_("The till gives the money back"),
        will=(_("The piece stays unsold, or with whoever it was sold to first."),),
        outcome="The till gives the money back.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def brief(evidence: Mapping[str, Any]) -> str:
    """Say why it was refused."""
    return str(evidence.get("why") or "")


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.PRINTED_UNSELLABLE,
        title="Till sold what cannot be sold",
        summary="A till told of a printed piece that is not there, or was sold, used or withdrawn"
        " before. The rest of its sale stands.",
        due=timedelta(hours=4),
    ),
    arises="A till tells of a sale of a printed piece that is unknown, of another shop, used,"
    " withdrawn or sold before.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
