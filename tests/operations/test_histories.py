"""In whatever order news of an order arrive, it ends as if they had come in turn."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from counterfoil.effects.settling import settle
from counterfoil.models import Connection, Entitlement, RefundedEntitlement
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.rules.orders import (
    OrderDispute,
    OrderLine,
    OrderRefund,
    OrderState,
    PaymentStatus,
    RefundedLine,
    RefundStatus,
)
from counterfoil.testing.builders import CHANNEL, make_connection, make_product, now
from tests.histories import PRICES, Returned, Standing, arrivals, histories

pytestmark = pytest.mark.django_db

numbers = count(1)
drawn = histories().flatmap(lambda told: st.tuples(st.just(told), arrivals(len(told))))
quick = settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def shop() -> Connection:
    return make_connection(*(make_product(name) for name in PRICES))


def refund_of(one: Returned, at: datetime) -> OrderRefund:
    return OrderRefund(
        reference=one.reference,
        amount=one.amount,
        currency="USD",
        status=RefundStatus.FAILED if one.has_failed else RefundStatus.SUCCEEDED,
        at=at + timedelta(seconds=int(one.reference[1:])),
        lines=tuple(
            RefundedLine(line=line, quantity=units, amount=PRICES[line] * units)
            for line, units in one.lines
        ),
        money_only=one.is_goodwill,
    )


def order_of(standing: Standing, reference: str, moment: int, at: datetime) -> OrderState:
    return OrderState(
        reference=reference,
        as_of=at + timedelta(milliseconds=moment),
        payment=PaymentStatus.PAID if standing.is_paid else PaymentStatus.AWAITING,
        payment_reference=f"pi_{reference}",
        is_test=True,
        currency="USD",
        amount_total=standing.total,
        lines=tuple(
            OrderLine(
                reference=line,
                product_keys=(f"sku:{line}",),
                description=line,
                quantity=quantity,
                unit_amount=PRICES[line],
                amount_total=PRICES[line] * quantity,
            )
            for line, quantity in standing.quantities.items()
        ),
        cancelled_at=at if standing.is_cancelled else None,
        refunds=tuple(refund_of(one, at) for one in standing.refunds),
        disputes=tuple(
            OrderDispute(
                reference="du_1", amount=10**9, currency="USD", status=standing.dispute, at=at
            )
            for _ in [standing.dispute]
            if standing.dispute is not None
        ),
    )


def end_of(
    shop: Connection, told: Sequence[Standing], order: Iterable[int], *, careless: bool = False
) -> tuple[dict[str, int], dict[str, int]]:
    """Converge on these standings in this order: what is live by line, and decided by refund."""
    reference, at = f"order-{next(numbers)}", now() - timedelta(minutes=1)
    for moment in order:
        state = order_of(told[moment], reference, moment, at)
        if careless:
            state = replace(state, as_of=now())
        converge_purchase(connection=shop, order=state, by=CHANNEL, at=state.as_of)
    ours = Entitlement.objects.filter(purchase__external_reference=reference)
    live = Counter(ours.exclude(state="revoked").values_list("line__external_line", flat=True))
    decisions = RefundedEntitlement.objects.filter(entitlement__in=ours, superseded_at=None)
    return dict(live), dict(Counter(decisions.values_list("refund__external_reference", flat=True)))


@quick
@given(drawn)
def check(shop: Connection, drawn: tuple[tuple[Standing, ...], list[int]]) -> None:
    told, order = drawn
    last = told[-1]

    live, decided = end_of(shop, told, order)
    in_turn, decided_in_turn = end_of(shop, told, range(len(told)))

    assert live == last.wanted()
    assert in_turn == last.wanted()
    if last.is_paid and not last.is_cancelled:
        assert decided == decided_in_turn


def test_the_order_of_arrival_does_not_matter(shop: Connection) -> None:
    check(shop)

    settle()
    assert broken(INVARIANTS, grace=timedelta(0)) == {}


def test_news_that_are_believed_whatever_their_age_are_found_out(shop: Connection) -> None:
    @settings(quick, phases=[Phase.generate], max_examples=200, database=None)
    @given(drawn)
    def careless(drawn: tuple[tuple[Standing, ...], list[int]]) -> None:
        told, order = drawn
        assert end_of(shop, told, order, careless=True)[0] == told[-1].wanted()

    with transaction.atomic():
        with pytest.raises(AssertionError):
            careless()
        transaction.set_rollback(True)
