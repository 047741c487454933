"""What was paid is not what was asked."""

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
    """Tell what was asked and what was charged."""
    yield from parts.of_order(case)
    found = case.evidence
    asked = parts.amount(found.get("expected"), found.get("expected_currency"))
    charged = parts.amount(found.get("charged"), found.get("charged_currency"))
    yield from parts.told(_("Our checkout asked for"), asked)
    yield from parts.told(_("The channel charged"), charged)
    yield from parts.told(_("Issued"), _("nothing"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Look again, give what was meant without a sale, or leave it refunded."""
    yield from parts.ask_channel(case)
    purchase = parts.purchase_of(case)
    if purchase is not None:
        yield Lead(
            label=_("Give it all the same"),
            says=_(
                "Grant what was meant to be bought, with order %(order)s as its reference, and"
                " then close this case by hand."
            )
            % {"order": purchase.external_reference},
            page="console-grant",
            permission=Permission.GRANT,
        )
    yield parts.leave(
        name="give_money_back",
        label=_("The money goes back"),
        will=(
            _("Nothing is issued for this order."),
            _("You refund it at the channel; no money is moved from here."),
        ),
        outcome="Nothing is issued; the money goes back at the channel.",
        permission=Permission.DECIDE_REFUND,
    )


def brief(evidence: Mapping[str, Any]) -> str:
    """Say what was asked and what was charged."""
    asked = parts.amount(evidence.get("expected"), evidence.get("expected_currency"))
    charged = parts.amount(evidence.get("charged"), evidence.get("charged_currency"))
    said = {"asked": asked, "charged": charged}
    return _("%(asked)s asked, %(charged)s charged") % said if asked else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.AMOUNT_DIFFERS,
        title="Amount or currency differs",
        summary="What was paid is not what was asked. Nothing was issued.",
        due=timedelta(hours=8),
    ),
    arises="A payment for a cart of our checkout is less than the cart, or in another currency.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
