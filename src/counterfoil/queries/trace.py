"""What became of this order, and of everything it yielded?"""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from counterfoil.errors import NotFound
from counterfoil.models import Entitlement, GrantRecord, Purchase
from counterfoil.queries._beside import (
    traced_attempts,
    traced_deliveries,
    traced_exceptions,
    traced_messages,
    traced_notes,
)
from counterfoil.queries._hits import channel_of
from counterfoil.queries._rows import PAGE, Rows, read_purchase, read_units
from counterfoil.queries._story import tell
from counterfoil.queries._units import traced_units
from counterfoil.queries._wishes import traced_wish
from counterfoil.queries.traced import (
    Trace,
    TracedGrant,
    TracedLine,
    TracedMoney,
    TracedPurchase,
)
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import RefundStatus


def trace(*, purchase_id: UUID, now: datetime, page: int = 1) -> Trace:
    """
    Tell the whole story of a purchase; the number of queries does not depend on its size.

    Entitlements come 50 to a page; a page that does not exist is the nearest one.

    :raises NotFound: if there is no such purchase.
    """
    purchase = read_purchase(purchase_id)
    if purchase is None:
        raise NotFound("There is no such purchase.")
    by_state = (
        Entitlement.objects.filter(purchase=purchase).values("state").annotate(count=Count("pk"))
    )
    counts = dict(by_state.values_list("state", "count"))
    pages = max(-(-sum(counts.values()) // PAGE), 1)
    page = min(max(page, 1), pages)
    first = (page - 1) * PAGE
    units = read_units(Entitlement.objects.filter(purchase=purchase))[first : first + PAGE]
    rows = Rows(purchase=purchase, units=list(units), first=first, counts=counts)
    return _trace(rows, page, pages, now)


def trace_unit(*, entitlement_id: UUID, now: datetime) -> Trace:
    """
    Tell the story an entitlement is part of: its purchase, on the page where it stands.

    One that was printed and not sold yet belongs to no purchase, and is told of alone.

    :raises NotFound: if there is no such entitlement.
    """
    unit = read_units(Entitlement.objects.filter(pk=entitlement_id)).first()
    if unit is None:
        raise NotFound("There is no such entitlement.")
    if unit.purchase_id is None:
        rows = Rows(purchase=None, units=[unit], first=0, counts={unit.state: 1})
        return _trace(rows, 1, 1, now)
    before = Q(line__lt=unit.line_id) | Q(line=unit.line_id, ordinal__lt=unit.ordinal)
    position = Entitlement.objects.filter(before, purchase=unit.purchase_id).count()
    return trace(purchase_id=unit.purchase_id, now=now, page=position // PAGE + 1)


def _trace(rows: Rows, page: int, pages: int, now: datetime) -> Trace:
    return Trace(
        purchase=_purchase(rows, rows.purchase) if rows.purchase else None,
        lines=_lines(rows),
        units=traced_units(rows, now),
        counts={State(state): count for state, count in rows.counts.items()},
        page=page,
        page_count=pages,
        money=_money(rows),
        deliveries=traced_deliveries(rows),
        attempts=traced_attempts(rows),
        messages=traced_messages(rows),
        exceptions=traced_exceptions(rows),
        notes=traced_notes(rows),
        timeline=tell(rows),
    )


def _purchase(rows: Rows, purchase: Purchase) -> TracedPurchase:
    grant: GrantRecord | None = getattr(purchase, "grantrecord", None)
    given_back = [one for one in rows.refunds if one.status == RefundStatus.SUCCEEDED]
    return TracedPurchase(
        id=purchase.pk,
        kind=purchase.kind,
        reference=purchase.external_reference,
        number=purchase.number or purchase.external_reference,
        path=purchase.path,
        channel=purchase.connection.channel if purchase.connection else "",
        connection=channel_of(purchase),
        payment=purchase.payment,
        payment_reference=purchase.payment_reference,
        buyer=rows.face(purchase.buyer),
        buyer_id=purchase.buyer_id,
        partner=purchase.partner.name if purchase.partner else "",
        partner_slug=purchase.partner.slug if purchase.partner else "",
        currency=purchase.currency,
        amount=purchase.amount_total,
        refunded=sum(one.amount for one in given_back),
        is_test=purchase.is_test,
        created_at=purchase.created_at,
        paid_at=purchase.paid_at,
        cancelled_at=purchase.cancelled_at,
        state_as_of=purchase.state_as_of,
        grant=TracedGrant(
            category=grant.category,
            reason=grant.reason,
            reference=grant.reference,
            approved_by=grant.approved_by,
            issued_by=next((one.actor_display for one in rows.entries), "") or grant.issued_by,
        )
        if grant
        else None,
    )


def _lines(rows: Rows) -> tuple[TracedLine, ...]:
    return tuple(
        TracedLine(
            reference=line.external_line,
            product=line.product.name,
            quantity=line.quantity,
            unit_amount=line.unit_amount,
            amount=line.amount_total,
            units_paid=line.units_paid,
            units_withdrawn=line.units_withdrawn,
            units_owed=line.units_owed,
            wish=traced_wish(getattr(line, "gift_wish", None)),
        )
        for line in rows.lines
    )


def _money(rows: Rows) -> tuple[TracedMoney, ...]:
    refunds = tuple(
        TracedMoney(
            at=refund.at,
            kind="refund",
            reference=refund.external_reference,
            amount=refund.amount,
            currency=refund.currency,
            status=refund.status,
            decisions=Counter(one.decision for one in rows.decisions if one.refund_id == refund.pk),
        )
        for refund in rows.refunds
    )
    return refunds + tuple(
        TracedMoney(
            at=dispute.opened_at,
            kind="dispute",
            reference=dispute.external_reference,
            amount=dispute.amount,
            currency=dispute.currency,
            status=dispute.status,
            reason=dispute.reason,
            closed_at=dispute.closed_at,
            decisions={},
        )
        for dispute in rows.disputes
    )
