"""Money went back, and the channel does not say for which units."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.models import (
    Decision,
    Entitlement,
    ExceptionCase,
    HoldKind,
    RefundedEntitlement,
)
from counterfoil.operations.decide_refund import decide_refund
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.revoke import revoke
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission
from counterfoil.rules.refunds import Doubt

DOUBTS = {
    "amount_only": "it names an amount and no line",
    "line_unknown": "it names a line that is not here",
    "unit_unknown": "it names a unit that is not here",
    "quantity_unclear": "the amount fits no number of units",
    "too_many": "it names more units than there are",
    "other_currency": "it is in another currency than the order",
}


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell how much went back, and why it is in doubt for what."""
    found = case.evidence
    yield from parts.of_order(case)
    yield from parts.told(_("Went back"), parts.amount(found.get("amount"), found.get("currency")))
    doubt = str(found.get("doubt") or "")
    yield from parts.told(_("What is in doubt"), DOUBTS.get(doubt, doubt))
    if found.get("dispute"):
        text = _("a dispute was lost about a part of the money")
        yield Fact(label=_("What is in doubt"), text=text)
    yield from parts.told(_("The channel calls it"), found.get("refund") or found.get("dispute"))
    yield from parts.of_units(parts.units_of(case.purchase))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Take back as many of a line as the amount fits, everything unused, or nothing."""
    units = _open_to(case)
    for number, said in enumerate(_fitting(case), 1):
        line, quantity = str(said.get("line")), said.get("quantity")
        fitting = _unused_first(units, line)
        if isinstance(quantity, int) and 0 < quantity <= len(fitting):
            yield _take_back(case, f"line_{number}", fitting[:quantity])
    unused = [unit for unit in units if not parts.is_used(unit)]
    if unused:
        yield _take_back(case, "unused", unused)
    yield Suggestion(
        name="money_only",
        label=_("It is about money only"),
        will=(
            _("The refund is kept as goodwill: everything issued stays valid."),
            *_lifting(case),
        ),
        permission=Permission.DECIDE_REFUND,
        do=partial(_decide, case, []),
        outcome="It was about money only: nothing is taken back.",
    )
    yield from parts.to_trace(case, says=_("Choose single units there, one by one."))


def _open_to(case: ExceptionCase) -> list[Entitlement]:
    """Give what can be decided for this refund: no other took it, and it is in the same money."""
    if case.evidence.get("doubt") == Doubt.OTHER_CURRENCY:
        return []
    units = parts.units_of(case.purchase)
    decided = RefundedEntitlement.objects.filter(entitlement__in=units, superseded_at=None)
    taken = set(decided.values_list("entitlement_id", flat=True))
    return [unit for unit in units if unit.pk not in taken]


def _take_back(case: ExceptionCase, name: str, units: Sequence[Entitlement]) -> Suggestion:
    product, used = units[0].product.name, [unit for unit in units if parts.is_used(unit)]
    what = _("%(n)d of %(product)s") % {"n": len(units), "product": product}
    if len({unit.product_id for unit in units}) > 1:
        what = ngettext("%(n)d entitlement", "%(n)d entitlements", len(units)) % {"n": len(units)}
    handles = ", ".join(unit.handle for unit in units[: parts.SHOWN])
    handles += " …" if len(units) > parts.SHOWN else ""
    return Suggestion(
        name=name,
        label=_("Take back %(what)s") % {"what": what},
        will=(
            _("Revoked: %(what)s (%(handles)s).") % {"what": what, "handles": handles},
            _("Codes nobody has redeemed stop working at once."),
            _("Everything else of the order stays valid."),
            *_lifting(case),
        ),
        warning=_("Some of it is in use. Whoever has it is not asked.") if used else "",
        permission=Permission.DECIDE_REFUND,
        do=partial(_decide, case, [unit.pk for unit in units]),
        outcome=f"Taken back: {what}.",
    )


def _decide(case: ExceptionCase, units: list[UUID], doing: Doing) -> str:
    refund = case.evidence.get("refund")
    if case.purchase_id is not None and refund:
        decide_refund(
            purchase_id=case.purchase_id,
            reference=str(refund),
            takes=dict.fromkeys(units, Decision.REVOKE),
            **doing.why("refunded"),
        )
    else:
        _settle_dispute(case, units, doing)
    told = ngettext("%(n)d was taken back.", "%(n)d were taken back.", len(units))
    return told % {"n": len(units)} if units else _("Nothing was taken back.")


def _settle_dispute(case: ExceptionCase, units: list[UUID], doing: Doing) -> None:
    """Take back what a lost dispute was about, and let go of the rest, which it had on hold."""
    if units:
        revoke(entitlement_ids=units, **doing.why("dispute_lost"))
    everything = Entitlement.objects.filter(purchase=case.purchase_id).order_by("pk")
    lift_hold(
        entitlement_ids=list(everything.values_list("pk", flat=True)),
        kind=HoldKind.DISPUTE,
        reference=str(case.evidence.get("dispute") or ""),
        **doing.why("dispute_lost"),
    )


def _lifting(case: ExceptionCase) -> Iterable[str]:
    if case.evidence.get("dispute"):
        yield _("The hold for this dispute is lifted from everything.")


def _fitting(case: ExceptionCase) -> list[dict[str, Any]]:
    said = case.evidence.get("suggestions")
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []


def _unused_first(units: Sequence[Entitlement], line: str) -> list[Entitlement]:
    fitting = [one for one in units if one.line is not None and one.line.external_line == line]
    return sorted(fitting, key=lambda one: (parts.is_used(one), -one.ordinal))


def brief(evidence: Mapping[str, Any]) -> str:
    """Say how much went back."""
    money = parts.amount(evidence.get("amount"), evidence.get("currency"))
    return _("%(money)s went back") % {"money": money} if money else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT,
        title="Refund whose entitlement is unknown",
        summary="Money went back, and the channel does not say for which units. Until somebody"
        " says so, all of them are valid.",
        due=timedelta(days=1),
    ),
    arises="A refund of a part of the order names an amount that fits no line, or a dispute"
    " about a part of the money is lost.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
