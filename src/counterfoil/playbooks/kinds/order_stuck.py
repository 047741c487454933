"""The channel tells of an order, and looking at it fails each time."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.intake.comparing import compare_order
from counterfoil.models import Connection, ExceptionCase
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell which order of which channel, and what failed."""
    yield from parts.told(_("Connection"), case.evidence.get("connection"))
    yield from parts.told(_("Order"), case.evidence.get("order"))
    yield from parts.told(_("What failed"), case.evidence.get("error"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Ask again, look at the connection, or leave it."""
    slug, order = case.evidence.get("connection"), case.evidence.get("order")
    place = Connection.objects.filter(slug=slug, enabled=True).first() if slug else None
    if place is not None and order:
        yield Suggestion(
            name="ask_channel",
            label=_("Ask the channel again"),
            will=(
                _("%(channel)s is asked how order %(order)s stands now.")
                % {"channel": place.name, "order": order},
                _("What was paid for and not issued is issued."),
                _("This case closes by itself once the order can be read."),
            ),
            permission=Permission.RESYNC,
            do=partial(_ask, place, str(order)),
        )
    yield from parts.to_connection(slug)
    yield parts.leave(
        name="not_ours",
        label=_("Nothing has to be issued for it"),
        will=(_("If the channel goes on telling of it, a new case is opened."),),
        outcome="Nothing has to be issued for it.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def _ask(place: Connection, order: str, doing: Doing) -> str:
    came = compare_order(connection=place, pointer=order, by=doing.by)
    if error := came.details.get("error"):
        return _("The channel was asked, and it failed again: %(why)s") % {"why": error}
    return _("The channel was asked; the order is up to date now.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what failed."""
    return str(evidence.get("error") or "")


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.ORDER_STUCK,
        title="Order that cannot be brought up to date",
        summary="The channel tells of it, but looking at it fails each time.",
        due=timedelta(hours=8),
    ),
    arises="A comparison with a channel meets an order that cannot be read or converged.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
