"""How does a refund stand: what it says, what was decided, and what it may have been for?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from counterfoil.errors import NotFound, RefundUnknown
from counterfoil.models import (
    Entitlement,
    ExceptionCase,
    Purchase,
    Refund,
    RefundCovers,
    RefundedEntitlement,
    RefundRuling,
)
from counterfoil.models.ids import handle_of
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import WITHDRAWAL_ORDER, State
from counterfoil.rules.orders import RefundStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitting:
    """So many units of a product, which would have cost exactly what went back; their handles."""

    product: str
    quantity: int
    handles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundStanding:
    """
    One refund as it stands. ``decisions`` are by handle; ``elsewhere`` is what others took.

    It is ``is_open`` to be said what it is for if its channel did not say; ``doubt`` is why not.
    ``version`` is another one whenever the refund, or any entitlement of the purchase, has moved.
    """

    purchase_id: UUID
    reference: str
    amount: int
    currency: str
    status: str
    at: datetime
    is_open: bool
    doubt: str
    decisions: Mapping[str, str]
    elsewhere: frozenset[str]
    ruled_by: str
    ruled_at: datetime | None
    fitting: tuple[Fitting, ...]
    version: str


def refund_standing(*, purchase_id: UUID, reference: str) -> RefundStanding:
    """
    Tell how a refund stands.

    :raises NotFound: if there is no such purchase.
    :raises RefundUnknown: if it has no such refund.
    """
    purchase = Purchase.objects.filter(pk=purchase_id).first()
    if purchase is None:
        raise NotFound("There is no such purchase.")
    rows = list(purchase.refunds.filter(external_reference=reference).order_by("pk"))
    if not rows:
        raise RefundUnknown
    asked = next((row for row in rows if row.covers == RefundCovers.UNKNOWN), None)
    counted = [asked] if asked else [row for row in rows if row.status == rows[-1].status]
    ruling = purchase.rulings.filter(external_reference=reference, superseded_at=None).first()
    mine, others = _decisions(purchase, rows)
    said = _said(purchase, reference)
    return RefundStanding(
        purchase_id=purchase.pk,
        reference=reference,
        amount=sum(row.amount for row in counted),
        currency=counted[0].currency,
        status=counted[0].status,
        at=counted[0].at,
        is_open=asked is not None or ruling is not None,
        doubt=str(said.get("doubt", "")) if asked else "",
        decisions=mine,
        elsewhere=frozenset(others),
        ruled_by=(ruling.decided_display or ruling.decided_by) if ruling else "",
        ruled_at=ruling.decided_at if ruling else None,
        fitting=_fitting(purchase, said, {*mine, *others}) if asked else (),
        version=_version(purchase, rows, mine, ruling),
    )


def _decisions(purchase: Purchase, rows: list[Refund]) -> tuple[dict[str, str], set[str]]:
    standing = RefundedEntitlement.objects.filter(
        refund__purchase=purchase, superseded_at=None
    ).values_list("entitlement_id", "decision", "refund_id")
    own = {row.pk for row in rows}
    mine = {handle_of(pk): decision for pk, decision, refund in standing if refund in own}
    return mine, {handle_of(pk) for pk, _, refund in standing if refund not in own}


def _said(purchase: Purchase, reference: str) -> Mapping[str, Any]:
    cases = ExceptionCase.objects.filter(
        kind=ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT.value, key=f"{purchase.pk}:{reference}"[:200]
    )
    case = cases.order_by("-opened_at").first()
    return case.evidence if case is not None else {}


def _fitting(purchase: Purchase, said: Mapping[str, Any], taken: set[str]) -> tuple[Fitting, ...]:
    """Name the readings of the amount, each with those that would go first: unused, the newest."""
    found = []
    lines = {line.external_line: line for line in purchase.lines.select_related("product")}
    for one in said.get("suggestions", ()):
        line = lines.get(str(one.get("line", "")))
        if line is None:
            continue
        count = int(one.get("quantity", 0)) * line.entitlements_per_unit
        live = Entitlement.objects.filter(line=line).exclude(state=State.REVOKED)
        units = [unit for unit in live.order_by("-ordinal")[:500] if unit.handle not in taken]
        units.sort(key=lambda unit: WITHDRAWAL_ORDER.index(State(unit.state)))
        if 0 < count <= len(units):
            handles = tuple(unit.handle for unit in units[:count])
            found.append(Fitting(product=line.product.name, quantity=count, handles=handles))
    return tuple(found)


def _version(
    purchase: Purchase,
    rows: list[Refund],
    decisions: Mapping[str, str],
    ruling: RefundRuling | None,
) -> str:
    moved = purchase.entitlements.aggregate(count=Count("pk"), versions=Sum("version"))
    facts = (
        moved,
        [(str(row.pk), row.covers, row.units, row.amount, row.status) for row in rows],
        sorted(decisions.items()),
        str(ruling.pk) if ruling else "",
    )
    return sha256(repr(facts).encode()).hexdigest()[:16]


def is_paid_back(standing: RefundStanding) -> bool:
    """Tell whether the money has gone back, so that something can be decided."""
    return standing.status == RefundStatus.SUCCEEDED
