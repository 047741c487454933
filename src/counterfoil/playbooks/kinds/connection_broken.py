"""The channel does not let us in, or does not send us its messages."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.errors import AccessLost
from counterfoil.intake.health import check_subscription, tell_access
from counterfoil.models import Connection, ExceptionCase
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell what the trouble is, what was put back, and what a person has to do."""
    found = case.evidence
    yield from parts.told(_("Connection"), found.get("connection"))
    yield from parts.told(_("Trouble"), found.get("trouble"))
    for label, name in ((_("Put back by itself"), "put_back"), (_("To be mended"), "to_be_mended")):
        said = found.get(name)
        for one in said if isinstance(said, list) else ():
            yield Fact(label=label, text=str(one))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Mend it, and look whether it works again."""
    place = Connection.objects.filter(slug=str(case.evidence.get("connection"))).first()
    yield from parts.to_connection(place.slug if place else "")
    if place is not None and place.enabled:
        yield Suggestion(
            name="check",
            label=_("Check it now"),
            will=(
                _("%(channel)s is asked whether it lets us in and sends us its messages.")
                % {"channel": place.name},
                _("What it forgot of our subscription is put back."),
                _("This case closes by itself once everything is in place."),
            ),
            permission=Permission.RECONCILE,
            do=partial(_check, place),
        )
    yield parts.leave(
        name="given_up",
        label=_("It is not used any more"),
        will=(_("If it goes on failing, a new case is opened: pause the connection then."),),
        outcome="It is not used any more.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _check(place: Connection, _doing: Doing) -> str:
    lost = None
    try:
        health = check_subscription(place)
    except AccessLost as stopped:
        lost, health = stopped, None
    tell_access(place, lost)
    if lost is not None:
        return _("It does not let us in: %(why)s") % {"why": lost}
    if health is not None and health.troubles:
        return _("Still to be mended: %(what)s") % {"what": "; ".join(health.troubles)}
    return _("It lets us in, and everything is in place.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what the trouble is."""
    return str(evidence.get("trouble") or "")


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.CONNECTION_BROKEN,
        title="Connection is broken",
        summary="The channel does not let us in, or does not send us its messages. Orders are"
        " found late, or not at all, until it is mended.",
        due=timedelta(hours=2),
    ),
    arises="A channel refuses our credentials, or its webhooks were removed, changed or disabled.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
