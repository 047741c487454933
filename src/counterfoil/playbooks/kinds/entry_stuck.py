"""Something was done, and what should follow from it fails."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase
from counterfoil.models.ids import uuid_of
from counterfoil.operations.retry_stuck_act import retry_stuck_act
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell what was done, and what failed."""
    yield from parts.of_order(case)
    act = str(case.evidence.get("act", "")).replace("_", " ")
    yield from parts.told(_("What was done"), act)
    yield from parts.told(_("Entries that wait"), case.evidence.get("entries"))
    yield from parts.told(_("Times tried"), case.evidence.get("attempts"))
    yield from parts.told(_("What failed"), case.evidence.get("error"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Try it again now; it goes on by itself every six hours."""
    act = uuid_of(case.key)
    if act is not None:
        yield Suggestion(
            name="retry",
            label=_("Try it again now"),
            will=(
                _("The mails and records that should follow are written at the next look."),
                _("This case closes by itself once it works."),
                _("Otherwise it is tried again every few hours, for ever."),
            ),
            permission=Permission.RESOLVE_EXCEPTION,
            do=partial(_retry, act),
        )
    yield from parts.to_trace(
        case, says=_("Mails that are missing meanwhile can be sent from there.")
    )
    yield parts.leave(
        name="known",
        label=_("Whoever runs this installation knows"),
        will=(_("It is tried again every few hours, and a new case is opened if it fails."),),
        outcome="Whoever runs this installation knows.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _retry(act: UUID, doing: Doing) -> str:
    if retry_stuck_act(act_id=act, by=doing.by, at=doing.at):
        return _("It is tried again now; the case closes once it works.")
    return _("Nothing of it waits any more.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what was done, and what failed."""
    act = str(evidence.get("act") or "").replace("_", " ")
    return f"{act}: {evidence.get('error') or ''}" if act else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.ENTRY_STUCK,
        title="What follows from an act is stuck",
        summary="Something was done, and what should follow from it (a mail, a record downstream)"
        " fails each time. It is tried again by itself.",
        due=timedelta(hours=4),
    ),
    arises="Writing what follows from an act failed ten times: a subscriber raises, or a record"
    " it needs is missing.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
