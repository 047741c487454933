"""The same customer bought the same twice within minutes."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.models import Entitlement, ExceptionCase, Hold, HoldKind, Purchase
from counterfoil.models.ids import uuid_of
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.revoke import revoke
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Found, Lead, Playbook, Suggestion
from counterfoil.queries._hits import masked, reference_of
from counterfoil.queries.words import duration
from counterfoil.rules.exceptions import CaseKind
from counterfoil.rules.permissions import Permission

NAME = "duplicate_purchase"
WITHIN = timedelta(minutes=30)
LOOKED_BACK = timedelta(hours=24)

# First who paid the same twice, which is a few of a day's orders, and only then for what.
TWICE = """
WITH recent AS MATERIALIZED (
    SELECT p.id, p.buyer_id, p.created_at, p.amount_total, p.currency, p.is_test
      FROM counterfoil_purchase p
     WHERE p.created_at >= %(since)s - make_interval(secs => %(within)s)
       AND p.kind = 'sale' AND p.partner_id IS NULL AND p.buyer_id IS NOT NULL
       AND p.paid_at IS NOT NULL AND p.cancelled_at IS NULL
), pairs AS MATERIALIZED (
    SELECT p.id AS second, q.id AS first, p.created_at - q.created_at AS apart
      FROM recent p
      JOIN recent q ON q.buyer_id = p.buyer_id AND q.amount_total = p.amount_total
       AND q.currency = p.currency AND q.is_test = p.is_test
       AND (q.created_at, q.id) < (p.created_at, p.id)
       AND q.created_at >= p.created_at - make_interval(secs => %(within)s)
     WHERE p.created_at >= %(since)s
)
SELECT DISTINCT ON (s.second) s.second, s.first, s.apart
  FROM pairs s
 WHERE NOT EXISTS (
       (SELECT l.product_id, l.quantity FROM counterfoil_line l WHERE l.purchase_id = s.first
        EXCEPT ALL
        SELECT l.product_id, l.quantity FROM counterfoil_line l WHERE l.purchase_id = s.second)
        UNION ALL
       (SELECT l.product_id, l.quantity FROM counterfoil_line l WHERE l.purchase_id = s.second
        EXCEPT ALL
        SELECT l.product_id, l.quantity FROM counterfoil_line l WHERE l.purchase_id = s.first))
   AND EXISTS (SELECT FROM counterfoil_entitlement e
                WHERE e.purchase_id = s.first AND e.state <> 'revoked')
   AND EXISTS (SELECT FROM counterfoil_entitlement e
                WHERE e.purchase_id = s.second AND e.state <> 'revoked')
 ORDER BY s.second, s.apart LIMIT 500"""


def find(now: datetime) -> Iterable[Found]:
    """Look for two paid orders of one buyer with the same lines, within half an hour."""
    with connection.cursor() as cursor:
        cursor.execute(TWICE, {"since": now - LOOKED_BACK, "within": WITHIN.total_seconds()})
        rows = cursor.fetchall()
    found = Purchase.objects.in_bulk({one for row in rows for one in row[:2]})
    for second_id, first_id, apart in rows:
        second, first = found[second_id], found[first_id]
        yield Found(
            key=str(second_id),
            evidence={
                "first": str(first_id),
                "first_order": first.called,
                "second_order": second.called,
                "apart": duration(apart),
            },
            last=second.created_at,
            purchase=second,
        )


def gone(case: ExceptionCase, _now: datetime) -> str:
    """Close it once one of the two was taken back, by a refund or by hand."""
    if _first(case) and (not parts.units_of(case.purchase) or not parts.units_of(_first(case))):
        return "One of the two was taken back."
    return ""


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell both orders, and what became of what they bought."""
    first, second = _first(case), case.purchase
    for label, one in ((_("First order"), first), (_("Second order"), second)):
        if one is not None:
            price = parts.amount(one.amount_total, one.currency)
            yield Fact(label=label, text=f"{reference_of(one)}, {price}", about=str(one.pk))
            yield from parts.of_units(parts.units_of(one))
    if second is not None and second.buyer is not None:
        yield from parts.told(_("Buyer of both"), masked(second.buyer))
    yield from parts.told(_("Time between them"), case.evidence.get("apart"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Take one back, suspend it until the customer answers, or believe that both are wanted."""
    first, second = _first(case), case.purchase
    if first is None or second is None:
        return
    for name, label, going, staying in (
        ("take_back_second", _("Take the second back"), second, first),
        ("take_back_first", _("Take the first back"), first, second),
    ):
        units = parts.units_of(going)
        if units and not any(parts.is_used(unit) for unit in units):
            yield _take_back(name, label, going, staying, units)
            break
    held = _held(case)
    free = [one for one in parts.units_of(second) if not parts.is_used(one) and one not in held]
    if free and not held:
        yield Suggestion(
            name="hold",
            label=_("Suspend the second until they answer"),
            will=(
                _("Order %(order)s is put on hold: its codes cannot be redeemed meanwhile.")
                % {"order": reference_of(second)},
                _("This case stays open, until one is taken back or both are wanted."),
            ),
            permission=Permission.PLACE_HOLD,
            do=partial(_hold, [unit.pk for unit in free], str(case.pk)),
        )
    yield Suggestion(
        name="both_wanted",
        label=_("They wanted both"),
        will=(
            _("Both orders stay valid."),
            *([_("The hold on the second is lifted.")] if held else []),
        ),
        permission=Permission.LIFT_HOLD if held else Permission.RESOLVE_EXCEPTION,
        do=partial(_believe, [unit.pk for unit in held], str(case.pk)),
        outcome="They wanted both.",
    )


def _take_back(
    name: str, label: str, going: Purchase, staying: Purchase, units: list[Entitlement]
) -> Suggestion:
    count = ngettext("%(n)d entitlement", "%(n)d entitlements", len(units)) % {"n": len(units)}
    return Suggestion(
        name=name,
        label=label,
        will=(
            _("%(count)s of order %(order)s revoked; the codes stop working at once.")
            % {"count": count, "order": reference_of(going)},
            _("Order %(order)s stays valid.") % {"order": reference_of(staying)},
            _("No money is moved: refund order %(order)s at the channel.")
            % {"order": reference_of(going)},
        ),
        warning=_("Ask the customer first: some people buy two on purpose."),
        permission=Permission.REVOKE,
        do=partial(_revoke, [unit.pk for unit in units]),
        outcome=f"Order {reference_of(going)} was a duplicate and was taken back.",
    )


def _revoke(units: list[UUID], doing: Doing) -> str:
    revoke(entitlement_ids=units, **doing.why("duplicate"))
    return _("It was taken back. Now refund it at the channel.")


def _hold(units: list[UUID], reference: str, doing: Doing) -> str:
    why = doing.why("support_case")
    place_hold(entitlement_ids=units, kind=HoldKind.OTHER, reference=reference, **why)
    return _("It is on hold. The case stays open until the customer has answered.")


def _believe(units: list[UUID], reference: str, doing: Doing) -> str:
    if units:
        why = doing.why("investigated")
        lift_hold(entitlement_ids=units, kind=HoldKind.OTHER, reference=reference, **why)
        return _("Both stay; the hold is lifted.")
    return _("Both stay.")


def _held(case: ExceptionCase) -> list[Entitlement]:
    """Give the units that are on hold for this very case."""
    holds = Hold.objects.filter(
        entitlement__purchase=case.purchase,
        reference=str(case.pk),
        kind=HoldKind.OTHER,
        lifted_at=None,
    )
    return [hold.entitlement for hold in holds.select_related("entitlement").order_by("pk")]


def _first(case: ExceptionCase) -> Purchase | None:
    first = uuid_of(str(case.evidence.get("first") or ""))
    found = Purchase.objects.select_related("connection", "grantrecord", "buyer")
    return found.filter(pk=first).first() if first else None


def brief(evidence: Mapping[str, Any]) -> str:
    """Name both orders."""
    said = _("Order %(second)s came %(apart)s after %(first)s, with the same in it.")
    return said % {
        "second": evidence.get("second_order"),
        "first": evidence.get("first_order"),
        "apart": evidence.get("apart"),
    }


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=NAME,
        title="Duplicate purchase suspected",
        summary="The same customer paid for the same twice within half an hour. Both were issued."
        " Ask, before the second is used.",
        due=timedelta(hours=8),
    ),
    arises="Two paid orders of one buyer with the same products, quantities and total come within"
    " half an hour. Orders of partners are left out.",
    facts=facts,
    suggests=suggests,
    brief=brief,
    find=find,
    gone=gone,
)
