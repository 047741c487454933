"""Somebody asks what is kept about them, or that it be erased."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase
from counterfoil.models.ids import uuid_of
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.people import ERASED_WITHIN
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell what is asked, through whom, and about which orders."""
    found = case.evidence
    yield from parts.told(_("They ask for"), str(found.get("asks", "")).replace("_", " "))
    yield from parts.told(_("Asked through"), found.get("connection") or _("their account"))
    yield from parts.told(_("Known at the channel as"), found.get("person_at_the_channel"))
    orders = found.get("orders")
    if isinstance(orders, list):
        yield from parts.told(_("Their orders there"), ", ".join(str(one) for one in orders))
    yield from parts.told(_("By law until"), found.get("due"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Go to the person, or say what was answered."""
    person = uuid_of(str(case.evidence.get("person") or ""))
    if person is not None:
        yield Lead(
            label=_("Open the person"),
            says=_(
                "What is kept, what stays usable, and the erasure itself stand there. Erasing"
                " closes this case."
            ),
            page="console-person",
            arguments=(person,),
        )
    else:
        yield Lead(
            label=_("Find the person"),
            says=_("Look for the address the channel gives you, or for one of the orders."),
            page="console-people",
        )
    yield parts.leave(
        name="answered",
        label=_("They were answered"),
        will=(
            _("Say in the comment what was sent or erased, and when; no personal data."),
            _("A wish to be erased that stands on an account is not carried out by this."),
        ),
        outcome="They were answered.",
        permission=Permission.ERASE_PERSON,
    )


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what is asked."""
    asks, due = str(evidence.get("asks") or ""), evidence.get("due")
    said = asks.replace("_", " ").capitalize()
    return f"{said}, by law until {due}" if due else said


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.PRIVACY_REQUEST,
        title="Request about somebody's data",
        summary="Somebody asks through the channel what we keep about them, or that it be erased."
        " The law gives thirty days.",
        due=ERASED_WITHIN - timedelta(days=7),
    ),
    arises="A customer asks for it in their account, or the channel passes such a request on.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
