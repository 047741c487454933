"""Issued, and there is no address to send the code to."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Fact, Lead, Playbook, Suggestion
from counterfoil.rules.acts import Act
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell what waits to be sent."""
    yield from parts.of_order(case)
    yield from parts.of_units(parts.units_of(case.purchase))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Ask the channel for an address, give it to whoever it is for, or hand the code over."""
    yield from parts.ask_channel(case)
    free = [unit for unit in parts.units_of(case.purchase) if not parts.is_used(unit)]
    if free:
        yield parts.act_on(
            free[0],
            Act.CORRECT_BUYER,
            label=_("Give the order an address"),
            says=_("If you know whose it is: everything that waits is sent there."),
        )
        yield parts.act_on(
            free[0],
            Act.ASSIGN,
            label=_("Give it to an address"),
            says=_("If the customer is on the phone: you type their address, and they have it."),
        )
        yield parts.act_on(
            free[0],
            Act.REVEAL_CODE,
            label=_("Read the code out"),
            says=_("The code is shown to you once; that you saw it stays in the ledger."),
        )
    yield parts.leave(
        name="not_needed",
        label=_("Nothing has to be sent"),
        will=(
            _("The codes stay valid, and are sent once an address becomes known."),
            _("Say in the comment how the customer gets them."),
        ),
        outcome="Nothing has to be sent.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.NO_DELIVERY_ADDRESS,
        title="No delivery address",
        summary="Issued, and there is no address to send the code to.",
        due=timedelta(hours=4),
    ),
    arises="An order is paid for whose buyer left no e-mail address at the channel.",
    facts=facts,
    suggests=suggests,
)
