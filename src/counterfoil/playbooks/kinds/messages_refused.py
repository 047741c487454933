"""Many messages were refused at the door."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.models import Connection, ExceptionCase
from counterfoil.operations.pause_connection import pause_connection
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell how many, why, and when last."""
    found = case.evidence
    yield from parts.told(_("Connection"), found.get("connection"))
    yield from parts.told(_("Refused in the last hour"), found.get("in_the_last_hour"))
    reasons = found.get("reasons")
    for one in reasons if isinstance(reasons, list) else ():
        yield Fact(label=_("Why"), text=str(one).replace("_", " "))
    yield from parts.told(_("Last"), found.get("last"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Look at the connection, pause it, or take note."""
    place = Connection.objects.filter(slug=str(case.evidence.get("connection"))).first()
    yield from parts.to_connection(place.slug if place else "")
    if place is not None and place.enabled:
        yield Suggestion(
            name="pause",
            label=_("Pause the connection"),
            will=(
                _("%(channel)s takes no messages and is asked nothing, until somebody resumes it.")
                % {"channel": place.name},
                _("Orders that come meanwhile are found when it goes on; nothing is lost."),
            ),
            warning=_("Whoever buys there meanwhile waits for their code."),
            permission=Permission.PAUSE_CONNECTION,
            do=partial(_pause, place),
            outcome="The connection was paused.",
        )
    yield parts.leave(
        name="harmless",
        label=_("It did no harm"),
        will=(_("If it goes on, a new case is opened."),),
        outcome="It did no harm.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _pause(place: Connection, doing: Doing) -> str:
    pause_connection(connection=place, by=doing.by, at=doing.at)
    return _("The connection is paused. Resume it on its page.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say how many, and where."""
    count = evidence.get("in_the_last_hour")
    return _("%(n)s in an hour") % {"n": count} if count else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.MESSAGES_REFUSED,
        title="Many messages refused",
        summary="More than twenty messages in a minute were not authentic, not readable or too"
        " many. Either the secret is wrong here, or somebody tries the door.",
        due=timedelta(hours=4),
    ),
    arises="The door of a connection refuses more than twenty messages in one minute.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
