"""The system in which records are made fails for all."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from counterfoil.models import DownstreamHealth, ExceptionCase, Provisioning
from counterfoil.operations.probe_downstream import probe_downstream
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell since when, what it says, and how many wait for it."""
    yield from parts.told(_("Failures in a row"), case.evidence.get("failures"))
    yield from parts.told(_("It answers"), case.evidence.get("error"))
    waiting = Provisioning.objects.filter(parked_at=None).exclude(wanted=F("got")).count()
    yield Fact(label=_("Records that wait for it"), text=str(waiting))


def suggests(_case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Ask it now, once whoever runs it says that it is well."""
    if DownstreamHealth.objects.filter(pk=1, opened_at__isnull=False).exists():
        yield Suggestion(
            name="ask_now",
            label=_("Ask it now"),
            will=(
                _("It is asked for one record at once, instead of after the pause."),
                _("If it answers, all that wait are taken up and this case closes by itself."),
                _("If not, it is asked again at growing intervals, as before."),
            ),
            permission=Permission.RETRY_PROVISIONING,
            do=_probe,
        )
    yield parts.leave(
        name="known",
        label=_("Whoever runs it knows"),
        will=(
            _("It is asked again at growing intervals; nothing is lost."),
            _("If it goes on failing, a new case is opened."),
        ),
        outcome="Whoever runs the system knows.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _probe(doing: Doing) -> str:
    if probe_downstream(by=doing.by, at=doing.at):
        return _("It is asked now; the case closes once it answers.")
    return _("It answers again already.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what the host answers."""
    return str(evidence.get("error") or "")


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.PROVISIONING_DOWN,
        title="Setting up downstream fails for all",
        summary="The system in which records are made failed many times in a row. It is asked for"
        " one only, until it answers; the others wait. Tell whoever runs it.",
        due=timedelta(hours=2),
    ),
    arises="The host's system failed for ten entitlements one after the other.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
