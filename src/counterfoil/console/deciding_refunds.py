"""Deciding what a refund means for one entitlement, as a page of the console."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.console.act_page import About, ActPage, act_page, downstream
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.given import Done, Given
from counterfoil.models import Decision
from counterfoil.operations.decide_refunded_unit import decide_refunded_unit
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import RefundStatus

WHY = ("customer_asked", "goodwill", "refund_agreed", "fraud", "mistake", "other")

BUTTONS = {Act.DECIDE_REFUND: gettext_lazy("Decide the refund")}

REASONS: Mapping[Act, tuple[str, ...]] = {Act.DECIDE_REFUND: WHY}

STANDS = {
    Decision.REVOKE.value: gettext_lazy("So far: it is revoked."),
    Decision.KEEP.value: gettext_lazy("So far: it is kept although the money went back."),
    Decision.PENDING.value: gettext_lazy("The money went back, and nobody has decided yet."),
}


def decide_page(about: About) -> ActPage:
    """Say what either decision does."""
    unit = about.unit
    gone = unit.state is State.REVOKED
    holder = {"holder": unit.holder}
    page = act_page(
        _("Decide what the refund means"),
        str(STANDS.get(unit.decision, "")),
        _("Keep: whoever had it has it again, or its old code works again.")
        if gone
        else _("Keep: it stays as it is, and the question is closed."),
        ""
        if gone
        else _("Revoke: %(holder)s loses it, and is not asked.") % holder
        if unit.holder
        else _("Revoke: its code stops working at once."),
        "" if gone or not unit.holder else downstream(about),
        _("No money is moved. If the refund fails after all, what it took comes back."),
        fields=(
            Field(
                name="decision",
                label=_("Decision"),
                type="select",
                value="" if unit.decision == Decision.PENDING else unit.decision,
                options=(
                    (Decision.REVOKE.value, _("Revoke it")),
                    (Decision.KEEP.value, _("They may keep it")),
                ),
            ),
        ),
    )
    return replace(page, others=_whole(about), others_title=_("Which entitlements a refund takes"))


def _whole(about: About) -> tuple[tuple[str, str], ...]:
    """Lead to the refunds of the purchase, each as a whole."""
    purchase = about.trace.purchase
    if purchase is None:
        return ()
    return tuple(
        (
            _("Refund %(reference)s") % {"reference": one.reference},
            reverse("counterfoil:console-refund", args=[purchase.id, one.reference]),
        )
        for one in {money.reference: money for money in about.trace.money}.values()
        if one.kind == "refund" and one.status == RefundStatus.SUCCEEDED
    )


def do_decide(given: Given) -> Done:
    """Decide."""
    decision = given.answer("decision")
    if decision not in {Decision.REVOKE.value, Decision.KEEP.value}:
        raise FieldWrong("decision", _("Choose one of these."))
    decide_refunded_unit(
        entitlement_id=given.entitlement_id, decision=Decision(decision), **given.why()
    )
    if decision == Decision.REVOKE:
        return Done(told=_("It is revoked for its refund."))
    return Done(told=_("It is kept, although the money went back."))


PAGES: Mapping[Act, Callable[[About], ActPage]] = {Act.DECIDE_REFUND: decide_page}

ACTS: Mapping[Act, Callable[[Given], Done]] = {Act.DECIDE_REFUND: do_decide}
