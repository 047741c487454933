"""What comes in an order nobody expects: money gone before the goods, addresses after them."""

from dataclasses import replace

import pytest

from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.sealer import seal
from counterfoil.models import Delivery, Entitlement, ExceptionCase, Product, ProductMapping
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.reinstate import reinstate
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import DisputeStatus, OrderDispute, OrderState
from counterfoil.testing.builders import (
    CHANNEL,
    OPERATOR,
    an_order,
    converge,
    make_connection,
    make_product,
    now,
)

pytestmark = pytest.mark.django_db


def disputed(order: OrderState, status: DisputeStatus) -> OrderState:
    dispute = OrderDispute(
        reference="dp_1",
        amount=order.amount_total,
        currency=order.currency,
        status=status,
        at=now(),
        reason="fraudulent",
    )
    return replace(order, disputes=(dispute,))


def states() -> list[str]:
    return list(Entitlement.objects.values_list("state", flat=True))


def test_what_is_mapped_after_the_money_was_lost_is_not_given_away() -> None:
    product: Product = make_product()
    connection = make_connection()
    lost = disputed(an_order(), DisputeStatus.LOST)
    for status in (DisputeStatus.OPEN, DisputeStatus.LOST):
        converge_purchase(
            connection=connection,
            order=replace(disputed(lost, status), as_of=now()),
            by=CHANNEL,
            at=now(),
        )
    ProductMapping.objects.create(connection=connection, key=f"sku:{product.sku}", product=product)

    converge(connection, lost)

    assert states() == [State.REVOKED]


def test_what_staff_brought_back_after_a_lost_dispute_stays() -> None:
    connection = make_connection(make_product())
    lost = disputed(an_order(), DisputeStatus.LOST)
    unit = converge(connection, lost).id
    reinstate(entitlement_id=unit, by=OPERATOR, at=now(), reason="goodwill")

    converge(connection, lost)

    assert states() == [State.ISSUED]


def test_a_mail_nobody_could_be_sent_goes_out_once_an_address_is_known() -> None:
    connection = make_connection(make_product())
    order = an_order()
    converge(connection, replace(order, buyer_email=None))
    seal()
    dispatch(at=now())
    assert not Delivery.objects.exists()
    assert ExceptionCase.objects.get(kind="no_delivery_address").resolved_at is None

    for _ in range(2):
        purchase = converge(connection, order).purchase

    delivery = Delivery.objects.get()
    assert (delivery.target_id, delivery.kind) == (purchase.buyer_id, "codes")
    assert ExceptionCase.objects.get(kind="no_delivery_address").resolved_at is not None
    purchase.refresh_from_db()
    assert purchase.account_id is not None
