"""A purchase with a history: redeemed, refunded in part, disputed, tried again with a used code."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from counterfoil.errors import CounterfoilError
from counterfoil.intake.presenting import present
from counterfoil.models import Delivery, Message, Person
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.replace_code import replace_code
from counterfoil.rules.orders import (
    DisputeStatus,
    OrderDispute,
    OrderState,
)
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    a_line,
    a_refund,
    an_order,
    converge,
    customer,
    make_assignee,
    make_connection,
    make_product,
    now,
)


@dataclass(frozen=True, slots=True)
class Storied:
    """What came of it, the order as it stands now, and who redeemed one."""

    issued: Issued
    order: OrderState
    holder: Assignee


def live_a_life(reference: str = "CF-2026-0107", *, quantity: int = 3) -> Storied:
    """Sell three; one is given away and used, one refunded, the code of one replaced; disputed."""
    shop = make_connection(make_product())
    order = an_order(a_line(quantity), reference=reference)
    issued = converge(shop, order)
    _message(issued, "checkout.session.completed")
    ben = make_assignee("ben@example.com")
    origin = replace(ORIGIN, surface="claim", address="192.0.2.7", network="192.0.2.0/24")
    present(code=issued.codes[0], to=ben, origin=origin, by=customer(ben), at=now())
    complete_subject(entitlement_id=issued.id, answers={"name": "Miso"}, by=customer(ben), at=now())
    carl = make_assignee("carl@example.com")
    with pytest.raises(CounterfoilError):
        present(code=issued.codes[0], to=carl, origin=origin, by=customer(carl), at=now())
    replace_code(
        entitlement_id=issued.entitlement_ids[1],
        by=OPERATOR,
        at=now(),
        reason="lost",
        comment="Called from the number on file.",
    )
    order = replace(
        order,
        refunds=(a_refund(),),
    )
    converge(shop, order)
    order = replace(
        order,
        disputes=(
            OrderDispute(
                reference="dp_1",
                amount=22_800,
                currency="USD",
                status=DisputeStatus.OPEN,
                at=now(),
                reason="product_not_received",
            ),
        ),
    )
    converge(shop, order)
    _mail(issued)
    return Storied(issued, order, ben)


def _message(issued: Issued, topic: str) -> None:
    Message.objects.create(
        connection=issued.purchase.connection,
        message_id=f"evt_{issued.purchase.external_reference}",
        topic=topic,
        order_reference=issued.purchase.external_reference,
        authentic=True,
        acked_at=now(),
        next_attempt_at=now(),
        handled_at=now(),
        outcome="converged",
    )


def _mail(issued: Issued) -> None:
    issued.purchase.refresh_from_db()
    buyer = issued.purchase.buyer
    assert isinstance(buyer, Person)
    Delivery.objects.create(
        cause=f"issued:{issued.purchase.pk}",
        kind="codes",
        target=buyer,
        purchase=issued.purchase,
        message_id="<1@shop.example>",
        created_at=now() - timedelta(seconds=2),
        due_at=now(),
        attempts=1,
        sent_at=now(),
    )
