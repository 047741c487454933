"""Orders that are told: kept, complained of, and told again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.errors import DeclaredDifferently
from counterfoil.rules.declared import (
    Cancellation,
    CancelledLine,
    DeclaredLine,
    DeclaredOrderBody,
)
from counterfoil.rules.declared_changes import ANY_CHANGE, Change, taken_together
from counterfoil.rules.declared_faults import MOST_UNITS, faults_of
from counterfoil.rules.orders import OrderGift, OrderHolder

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
GIFT = OrderGift(recipient_mail="eva@example.com", message="Für dich\n— Ann", send_at=NOW)
HOLDER = OrderHolder(
    account="user-1", subject_kind="dog", subject_reference="dog-1", subject_data={"name": "Rex"}
)
LINE = DeclaredLine(reference="1", sku="KIT", quantity=2, unit_amount=2500)
ORDER = DeclaredOrderBody(reference="PO-7", currency="EUR", lines=(LINE,))
GONE = Cancellation(reference="C-1", at=NOW, lines=(CancelledLine(line="1", quantity=1),))
FULL = replace(
    ORDER,
    number="7",
    buyer_mail="ann@example.com",
    buyer_name="Ann Ünder",
    locale="de",
    paid_at=NOW,
    cancelled_at=NOW,
    gift=GIFT,
    lines=(replace(LINE, gift=GIFT, holders=(HOLDER, HOLDER), description="Kit"),),
    cancellations=(replace(GONE, units=("ent_1",), reason="returned"),),
)


@pytest.mark.parametrize("order", [ORDER, FULL])
def test_what_is_kept_is_what_was_told(order: DeclaredOrderBody) -> None:
    kept = order.canonical()
    assert DeclaredOrderBody.from_canonical(kept) == order
    assert DeclaredOrderBody.from_canonical(kept).canonical() == kept


def test_an_order_in_order_has_no_faults() -> None:
    assert faults_of(ORDER) == faults_of(FULL) == ()


def of_line(**changes: Any) -> dict[str, Any]:
    return {"lines": (replace(LINE, **changes),)}


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"reference": ""}, "reference"),
        ({"reference": " PO-7"}, "reference"),
        ({"reference": "PO\x00"}, "reference"),
        ({"reference": "x" * 201}, "reference"),
        ({"reference": "\ud800"}, "reference"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "EURO"}, "currency"),
        ({"lines": ()}, "lines"),
        ({"lines": (LINE, LINE)}, "lines"),
        ({"lines": tuple(replace(LINE, reference=str(n)) for n in range(1001))}, "lines"),
        ({"buyer_mail": "nobody"}, "buyer.mail"),
        ({"paid_at": NOW.replace(tzinfo=None)}, "paid_at"),
        ({"gift": replace(GIFT, recipient_mail="x")}, "gift.recipient_mail"),
        ({"gift": replace(GIFT, message="x" * 2001)}, "gift.message"),
        (of_line(quantity=0), "lines.0.quantity"),
        (of_line(quantity=-1), "lines.0.quantity"),
        (of_line(quantity=MOST_UNITS + 1), "lines.0.quantity"),
        (of_line(sku=""), "lines.0.sku"),
        (of_line(unit_amount=-1), "lines.0.unit_amount"),
        (of_line(amount_total=2**63), "lines.0.amount_total"),
        (of_line(holders=(replace(HOLDER, account=""),)), "lines.0.holders.0.account"),
        (
            of_line(holders=(replace(HOLDER, subject_data={"name": "\x00"}),)),
            "lines.0.holders.0.subject.data.name",
        ),
        ({"cancellations": (replace(GONE, lines=(CancelledLine(line="2", quantity=1),)),)}, None),
        ({"cancellations": (replace(GONE, lines=(CancelledLine(line="1", quantity=0),)),)}, None),
        ({"cancellations": (replace(GONE, lines=(CancelledLine(line="1", quantity=3),)),)}, None),
        (
            {"cancellations": (GONE, replace(GONE, reference="2"), replace(GONE, reference="3"))},
            None,
        ),
    ],
)
def test_what_is_wrong_is_said_where_it_is(changes: dict[str, Any], at: str | None) -> None:
    [fault, *_] = faults_of(replace(ORDER, **changes))
    assert fault.at == (at or "cancellations")
    assert fault.says


def test_a_quantity_is_also_limited_over_all_lines() -> None:
    lines = (replace(LINE, quantity=MOST_UNITS), replace(LINE, reference="2", quantity=1))
    assert [fault.at for fault in faults_of(replace(ORDER, lines=lines))] == ["lines"]


@given(st.builds(replace, st.just(ORDER), reference=st.text(), number=st.text(max_size=9)))
def test_whatever_is_told_is_judged(order: DeclaredOrderBody) -> None:
    if not faults_of(order):
        assert DeclaredOrderBody.from_canonical(order.canonical()) == order


def again(told: DeclaredOrderBody, *may_change: Change, known: DeclaredOrderBody = ORDER) -> Any:
    return taken_together(known, told, may_change=may_change)


@pytest.mark.parametrize("known", [ORDER, FULL])
def test_the_same_told_again_is_the_same(known: DeclaredOrderBody) -> None:
    assert again(known, known=known) == known


@pytest.mark.parametrize(
    ("told", "at"),
    [
        (replace(ORDER, currency="USD"), "currency"),
        (replace(ORDER, number="8"), "number"),
        (replace(ORDER, buyer_mail="ann@example.com"), "buyer_mail"),
        (replace(ORDER, gift=GIFT), "gift"),
        (replace(ORDER, cancelled_at=NOW), "cancelled_at"),
        (replace(ORDER, cancellations=(GONE,)), "cancellations.C-1"),
        (replace(ORDER, lines=(replace(LINE, quantity=3),)), "lines.1.quantity"),
        (replace(ORDER, lines=(replace(LINE, sku="CARD"),)), "lines.1.sku"),
        (replace(ORDER, lines=(replace(LINE, holders=(HOLDER,)),)), "lines.1.holders"),
        (replace(ORDER, lines=(LINE, replace(LINE, reference="2"))), "lines.2"),
    ],
)
def test_nothing_may_be_different_unless_allowed(told: DeclaredOrderBody, at: str) -> None:
    with pytest.raises(DeclaredDifferently) as refusal:
        again(told)
    assert refusal.value.differences[0].at == at


def test_a_line_left_out_is_a_difference_unless_lines_may_follow() -> None:
    both = replace(ORDER, lines=(LINE, replace(LINE, reference="2")))
    with pytest.raises(DeclaredDifferently) as refusal:
        again(ORDER, known=both)
    assert [one.at for one in refusal.value.differences] == ["lines.2"]
    assert again(ORDER, Change.ADD_LINES, known=both) == both
    assert again(both, Change.ADD_LINES) == both


@pytest.mark.parametrize("name", ["sku", "quantity", "unit_amount", "amount_total"])
def test_what_was_sold_never_changes(name: str) -> None:
    told = replace(LINE, **{name: "CARD" if name == "sku" else 77})
    with pytest.raises(DeclaredDifferently):
        again(replace(ORDER, lines=(told,)), *ANY_CHANGE)


def test_what_was_left_out_may_be_said_later_and_left_out_again() -> None:
    told = replace(FULL, cancelled_at=None, cancellations=())
    filled = again(told, *ANY_CHANGE)
    assert filled == told
    assert again(ORDER, *ANY_CHANGE, known=filled) == filled


def test_a_payment_may_come_and_never_falls_back() -> None:
    unpaid = replace(ORDER, is_paid=False)
    paid = again(replace(ORDER, paid_at=NOW), Change.PAY, known=unpaid)
    assert (paid.is_paid, paid.paid_at) == (True, NOW)
    assert again(unpaid, known=paid) == paid
    with pytest.raises(DeclaredDifferently):
        again(ORDER, known=unpaid)


def test_cancellations_add_up_in_any_order_and_once() -> None:
    first, second = GONE, replace(GONE, reference="C-2", reason="again")
    one = again(replace(ORDER, cancellations=(first,)), Change.CANCEL)
    both = again(replace(ORDER, cancellations=(second, first)), Change.CANCEL, known=one)
    assert {cancellation.reference for cancellation in both.cancellations} == {"C-1", "C-2"}
    assert again(ORDER, known=both) == both  # the first telling, repeated late

    late = replace(first, at=NOW.replace(day=22), reason="other words")
    assert again(replace(ORDER, cancellations=(late,)), known=both) == both
    other = replace(first, lines=(CancelledLine(line="1", quantity=2),))
    with pytest.raises(DeclaredDifferently):
        again(replace(ORDER, cancellations=(other,)), Change.CANCEL, known=both)


def test_nobody_is_named_in_a_refusal() -> None:
    told = replace(FULL, buyer_mail="bob@example.com", buyer_name="Bob", gift=None)
    with pytest.raises(DeclaredDifferently) as refusal:
        again(told, known=FULL)
    assert {one.at for one in refusal.value.differences} == {"buyer_mail", "buyer_name", "gift"}
    for name in ("ann", "bob", "eva", "Ann", "Bob"):
        assert name not in str(refusal.value)
