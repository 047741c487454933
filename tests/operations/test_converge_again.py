"""What was taken away and is wanted again: as many as were paid for, and no unit twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail

from counterfoil.effects.settling import settle
from counterfoil.models import (
    Connection,
    Entitlement,
    ExceptionCase,
    ProductMapping,
    Purchase,
)
from counterfoil.operations.check_code import check_code
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.operations.revoke import revoke
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.rules.codes import display
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import DisputeStatus, OrderState, PaymentStatus
from counterfoil.testing.builders import OPERATOR, a_line, an_order, converge, now
from tests.converged import (
    UNIT,
    a_dispute,
    cases,
    failed,
    live,
    make_shop,
    of,
    refund_of,
    use_one,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Connection:
    return make_shop()


@pytest.fixture(autouse=True)
def kept(db: None) -> Iterator[None]:
    """Hold every promise against what a test leaves behind."""
    yield
    settle()
    assert broken(INVARIANTS, grace=timedelta(0)) == {}


def cancelled(order: OrderState) -> OrderState:
    return replace(order, cancelled_at=now())


def tells_of(codes: tuple[str, ...]) -> bool:
    """Find whether the newest mail has all of these codes."""
    return bool(codes) and all(display(code) in mail.outbox[-1].body for code in codes)


def states() -> list[str]:
    return list(Entitlement.objects.order_by("ordinal").values_list("state", flat=True))


def test_a_cancellation_that_is_undone_gives_back_the_same_units(shop: Connection) -> None:
    issued = converge(shop, of(3))
    converge(shop, cancelled(of(3)))
    assert live() == 0

    again = converge(shop, of(3))

    assert states() == ["issued"] * 3
    assert again.entitlement_ids == issued.entitlement_ids
    settle()
    assert tells_of(again.codes)


def test_codes_that_were_never_sent_come_back_as_codes_that_are(shop: Connection) -> None:
    """What is withdrawn is made unreadable: nobody could be told the code that works again."""
    issued = converge(shop, of(2))
    converge(shop, cancelled(of(2)))
    settle()
    assert mail.outbox == []

    again = converge(shop, of(2))
    settle()

    assert not set(again.codes) & set(issued.codes)
    assert tells_of(again.codes)


def test_codes_that_were_sent_come_back_as_they_were(shop: Connection) -> None:
    issued = converge(shop, of(1))
    settle()
    converge(shop, cancelled(of(1)))
    converge(shop, of(1))
    settle()

    assert len(mail.outbox) == 1
    assert check_code(code=issued.code, by=OPERATOR, at=now()).pk == issued.id


def test_a_cancellation_that_is_undone_leaves_holders_what_they_have(shop: Connection) -> None:
    purchase = converge(shop, of(3)).purchase
    use_one(purchase)
    converge(shop, cancelled(of(3)))
    assert (live(), cases()) == (1, ["refund_after_assignment"])

    converge(shop, of(3))

    assert (live(), cases()) == (3, [])
    assert Entitlement.objects.count() == 3


def test_an_order_that_comes_back_smaller_gives_back_less(shop: Connection) -> None:
    converge(shop, of(3))
    converge(shop, cancelled(of(3)))

    converge(shop, of(2))
    assert live() == 2
    converge(shop, of(2))
    assert live() == 2


def test_what_staff_withdrew_does_not_come_back(shop: Connection) -> None:
    issued = converge(shop, of(3))
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="fraud")
    converge(shop, cancelled(of(3)))

    converge(shop, of(3))

    assert live() == 2
    assert Entitlement.objects.get(pk=issued.id).state == "revoked"


def test_what_was_refunded_meanwhile_does_not_come_back(shop: Connection) -> None:
    converge(shop, of(3))
    refunded = replace(of(3), refunds=(refund_of(("li_1", 2, 2 * UNIT)),))
    converge(shop, cancelled(refunded))
    converge(shop, refunded)
    assert live() == 1

    [refund] = refunded.refunds
    converge(shop, replace(refunded, refunds=(failed(refund),)))
    assert live() == 3


def test_a_refund_that_fails_while_cancelled_comes_back_with_the_order(shop: Connection) -> None:
    refund = refund_of(("li_1", 1, UNIT))
    converge(shop, replace(of(2), refunds=(refund,)))
    converge(shop, cancelled(replace(of(2), refunds=(failed(refund),))))
    assert live() == 0

    converge(shop, replace(of(2), refunds=(failed(refund),)))

    assert (live(), Entitlement.objects.count()) == (2, 2)


def test_a_line_that_is_raised_again_counts_what_somebody_has_kept(shop: Connection) -> None:
    purchase = converge(shop, of(2)).purchase
    use_one(purchase)
    use_one(purchase)
    converge(shop, of(1))
    assert (live(), cases()) == (2, ["refund_after_assignment"])

    converge(shop, of(2))
    assert (live(), cases()) == (2, [])

    converge(shop, of(1))
    assert (live(), cases()) == (2, ["refund_after_assignment"])


def test_a_line_that_is_raised_after_staff_let_somebody_keep_a_unit(shop: Connection) -> None:
    purchase = converge(shop, of(1)).purchase
    use_one(purchase)
    converge(shop, of(0))
    case = ExceptionCase.objects.get()
    resolve_exception(
        kind=ExceptionKind(case.kind), key=case.key, outcome="Keep it.", by=OPERATOR, at=now()
    )

    converge(shop, of(1))

    assert (live(), cases()) == (2, [])


def test_raising_a_line_issues_units_anew(shop: Connection) -> None:
    converge(shop, of(3))
    converge(shop, of(1))

    converge(shop, of(3))

    assert states() == ["issued", "revoked", "revoked", "issued", "issued"]


def test_nothing_comes_back_while_the_bank_has_the_money(shop: Connection) -> None:
    converge(shop, of(3))
    lost = a_dispute(DisputeStatus.LOST, 3 * UNIT)
    converge(shop, cancelled(of(3)))

    converge(shop, replace(of(3), disputes=(lost,)))
    assert live() == 0

    won = a_dispute(DisputeStatus.WON, 3 * UNIT)
    converge(shop, replace(of(3), disputes=(won,)))
    assert live() == 3


def test_a_dispute_that_is_won_brings_nothing_back_to_a_cancelled_order(shop: Connection) -> None:
    converge(shop, of(3))
    lost, won = (
        replace(of(3), disputes=(a_dispute(status, 3 * UNIT),))
        for status in (DisputeStatus.LOST, DisputeStatus.WON)
    )
    converge(shop, lost)
    converge(shop, cancelled(lost))

    converge(shop, cancelled(won))
    assert live() == 0


def test_an_unpaid_edit_stops_issuing_and_takes_nothing(shop: Connection) -> None:
    converge(shop, of(2))

    partly = replace(of(4, 1), payment=PaymentStatus.AWAITING)
    converge(shop, partly)
    assert (live(), cases()) == (2, [])

    converge(shop, replace(partly, payment=PaymentStatus.PAID))
    assert live() == 5


def test_a_line_that_turns_into_another_product_is_a_question(shop: Connection) -> None:
    converge(shop, of(2))

    swapped = an_order(a_line(3, sku="DNA-HEALTH"))
    for _ in range(2):
        converge(shop, swapped)
        assert (live(), cases()) == (2, ["line_changed"])
    assert set(Entitlement.objects.values_list("product__sku", flat=True)) == {"DNA-STD"}

    converge(shop, an_order(a_line(1, sku="DNA-HEALTH")))
    assert (live(), cases()) == (1, ["line_changed"])

    converge(shop, of(1))
    assert (live(), cases()) == (1, [])


def test_a_product_that_is_renamed_or_mapped_anew_is_no_question(shop: Connection) -> None:
    standard = shop.mappings.get(key="sku:DNA-STD").product
    health = shop.mappings.get(key="sku:DNA-HEALTH").product
    converge(shop, of(1))

    ProductMapping.objects.create(connection=shop, key="sku:DNA-NEW", product=standard)
    converge(shop, an_order(a_line(2, sku="DNA-NEW")))
    assert (live(), cases()) == (2, [])

    shop.mappings.filter(key="sku:DNA-STD").update(product=health)
    converge(shop, of(3))
    assert (live(), cases()) == (3, [])
    assert set(Entitlement.objects.values_list("product__sku", flat=True)) == {"DNA-STD"}


def test_an_order_keeps_the_number_people_call_it_by(shop: Connection) -> None:
    converge(shop, replace(of(1), number="#1001"))
    assert Purchase.objects.get().number == "#1001"

    converge(shop, replace(of(1), number="#" + "1" * 500))
    assert len(Purchase.objects.get().number) == 100
