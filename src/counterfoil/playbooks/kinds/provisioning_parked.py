"""The downstream record could not be made after many tries."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.models import ExceptionCase, Provisioning
from counterfoil.operations.retry_provisioning import retry_provisioning
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.acts import Act
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell what was wanted of the host's system, and what it answered."""
    yield from parts.of_order(case)
    if case.entitlement is not None:
        yield from parts.of_units([case.entitlement])
    wanted = case.evidence.get("wanted")
    what = _("a record taken down") if wanted == "none" else _("a record made")
    yield Fact(label=_("What was wanted downstream"), text=what)
    yield from parts.told(_("Tried"), _times(case.evidence.get("attempts")))
    yield from parts.told(_("It answered last"), case.evidence.get("error"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Try it again, correct what the host refuses, or take the assignment back."""
    unit = case.entitlement
    if unit is None:
        return
    row = Provisioning.objects.filter(pk=unit.pk).exclude(wanted=F("got")).first()
    if row is not None:
        yield Suggestion(
            name="retry",
            label=_("Try it again now"),
            will=(
                _("The host is asked for the same record again, at once and for three days."),
                _("This case closes by itself once it answers."),
            ),
            permission=Permission.RETRY_PROVISIONING,
            do=partial(_retry, unit.pk),
        )
    if parts.is_used(unit) and not unit.held_count:
        yield parts.act_on(
            unit,
            Act.CORRECT_SUBJECT,
            label=_("Correct what it is for"),
            says=_("If the host refuses the answers themselves: correct them, and it is asked."),
        )
        yield parts.act_on(
            unit,
            Act.UNASSIGN,
            label=_("Take the assignment back"),
            says=_("Whoever has it can then redeem it anew, with a new code."),
        )
    yield parts.leave(
        name="made_by_hand",
        label=_("It was settled in the host's system"),
        will=(
            _("Nobody is asked again. Here the record stays as unconfirmed as it is."),
            _("Say in the comment what was done there."),
        ),
        outcome="It was settled in the host's system.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _retry(unit: UUID, doing: Doing) -> str:
    retry_provisioning(entitlement_id=unit, **doing.why("investigated"))
    return _("It is tried again now; the case closes once it went through.")


def _times(attempts: object) -> str:
    if not isinstance(attempts, int) or not attempts:
        return ""
    return ngettext("once", "%(n)d times", attempts) % {"n": attempts}


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what the host answered."""
    return str(evidence.get("error") or "")


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.PROVISIONING_PARKED,
        title="Setting up downstream is stuck",
        summary="The downstream record could not be made or taken down after many tries.",
        due=timedelta(hours=8),
    ),
    arises="The host's system refuses or does not confirm a record for three days.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
