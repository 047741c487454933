"""What persons said about refunds that did not say it themselves: kept, and outlived."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from counterfoil.models import (
    Decision,
    Entitlement,
    Purchase,
    Refund,
    RefundedEntitlement,
    RefundRuling,
)
from counterfoil.models.ids import handle_of
from counterfoil.operations._deciding import Ruling
from counterfoil.operations._refund_rows import carry_out
from counterfoil.operations._refunded import StandingRefund, parts_of
from counterfoil.rules.orders import OrderRefund, RefundStatus
from counterfoil.rules.refunds import Attributed


def standing_rulings(
    purchase: Purchase, refunds: Iterable[OrderRefund], *, at: datetime
) -> dict[str, tuple[str, ...]]:
    """
    Give the handles that persons named for these refunds, by reference.

    What was said of a refund that is another one now is over, and with it what was decided: it is
    asked about again.
    """
    told = {one.reference: one for one in refunds}
    standing = {}
    for ruling in RefundRuling.objects.filter(purchase=purchase, superseded_at=None):
        refund = told.get(ruling.external_reference)
        if refund is None:
            continue
        if _is_the_same(ruling, refund):
            handles = (handle_of(UUID(pk)) for pk in ruling.units)
            standing[ruling.external_reference] = tuple(handles)
        else:
            _overtaken(ruling, at=at)
    return standing


def forget_ruling(purchase: Purchase, refund: OrderRefund, *, at: datetime) -> None:
    """Let what was said of a refund that is gone be over: if it comes again, it is asked again."""
    said = RefundRuling.objects.filter(purchase=purchase, external_reference=refund.reference)
    said.filter(superseded_at=None).update(superseded_at=at)


def write_ruling(
    purchase: Purchase,
    refund: StandingRefund,
    takes: Mapping[UUID, Decision],
    units: Collection[Entitlement],
    ruling: Ruling,
) -> bool:
    """
    Bring rows and decisions of a refund to what a person said, and keep that.

    What is to be done with the units is left to the caller. Gives whether something else was said.
    """
    parts = parts_of(purchase, refund, units)
    standing = RefundedEntitlement.objects.filter(refund__in=refund.rows, superseded_at=None)
    standing.exclude(entitlement__in=takes).update(superseded_at=ruling.at)

    def take(row: Refund) -> None:
        mine = [unit.pk for unit in units if unit.line_id == row.line_id]
        for decision in (Decision.REVOKE, Decision.KEEP):
            told = [pk for pk in mine if takes[pk] is decision is not refund.decisions.get(pk)]
            ruling.write(row, told, decision)
        Refund.objects.filter(pk=row.pk).exclude(units=len(mine)).update(units=len(mine))

    if not refund.is_open:
        for row in refund.rows:
            take(row)
        return bool(refund.decisions != takes)
    lines = {line.external_line: line for line in purchase.lines.order_by("pk")}
    attributed = Attributed(refund=refund.told, parts=parts)
    carry_out(purchase, lines, attributed, by=ruling.by, at=ruling.at, take=take)
    return _keep(purchase, refund.told, takes, ruling)


def _keep(purchase: Purchase, refund: OrderRefund, units: Collection[UUID], ruling: Ruling) -> bool:
    """Keep what a person says a refund takes back, in the place of what was said before."""
    said = sorted(str(pk) for pk in units)
    about = RefundRuling.objects.filter(
        purchase=purchase, external_reference=refund.reference, superseded_at=None
    )
    if about.filter(units=said, amount=refund.amount, currency=refund.currency[:3]).exists():
        return False
    about.update(superseded_at=ruling.at)
    RefundRuling.objects.create(
        purchase=purchase,
        external_reference=refund.reference,
        amount=refund.amount,
        currency=refund.currency[:3],
        units=said,
        decided_at=ruling.at,
        decided_by=ruling.by.id,
        decided_display=ruling.by.display,
    )
    return True


def _is_the_same(ruling: RefundRuling, refund: OrderRefund) -> bool:
    asked = (ruling.amount, ruling.currency, RefundStatus.SUCCEEDED)
    return asked == (refund.amount, refund.currency[:3], refund.status)


def _overtaken(ruling: RefundRuling, *, at: datetime) -> None:
    rows = ruling.purchase.refunds.filter(external_reference=ruling.external_reference)
    decided = RefundedEntitlement.objects.filter(refund__in=rows, superseded_at=None)
    decided.update(superseded_at=at)
    rows.update(status=RefundStatus.FAILED.value)
    RefundRuling.objects.filter(pk=ruling.pk).update(superseded_at=at)
