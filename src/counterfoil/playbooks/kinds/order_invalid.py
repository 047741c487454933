"""The order cannot be understood."""

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
    """Tell what is wrong with it."""
    yield from parts.of_order(case)
    faults = case.evidence.get("faults")
    for fault in faults if isinstance(faults, list) else ():
        yield Fact(label=_("What is wrong"), text=str(fault))
    yield from parts.of_units(parts.units_of(case.purchase))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Ask again once it is corrected at the channel, or give what was meant without a sale."""
    yield from parts.ask_channel(case)
    purchase = parts.purchase_of(case)
    if purchase is not None:
        yield Lead(
            label=_("Give what was meant"),
            says=_(
                "Grant it with order %(order)s as its reference, and then close this case by hand."
            )
            % {"order": purchase.external_reference},
            page="console-grant",
            permission=Permission.GRANT,
        )
    yield parts.leave(
        name="not_a_sale",
        label=_("It is no sale"),
        will=(
            _("Nothing is issued for this order as it stands."),
            _("If the channel tells something else of it, it is looked at again."),
        ),
        outcome="It is no sale: nothing is issued for it.",
        permission=Permission.RESOLVE_EXCEPTION,
    )


def brief(evidence: Mapping[str, Any]) -> str:
    """Name the first fault."""
    faults = evidence.get("faults")
    return str(faults[0]) if isinstance(faults, list) and faults else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.ORDER_INVALID,
        title="Order cannot be a purchase",
        summary="The order cannot be understood, so nothing was issued for it. Have it corrected"
        " at the channel, and ask again.",
        due=timedelta(hours=8),
    ),
    arises="An order is in an unknown currency, has no lines, a negative amount or an impossible"
    " quantity, or is a test order on a live connection.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
