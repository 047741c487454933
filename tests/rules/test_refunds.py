"""What a refund takes back, and above all what it does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.orders import (
    OrderLine,
    OrderRefund,
    OrderState,
    PaymentStatus,
    RefundedLine,
    RefundStatus,
)
from counterfoil.rules.refunds import Doubt, Suggestion, attribute

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


def line(reference: str, quantity: int, unit_amount: int) -> OrderLine:
    return OrderLine(
        reference=reference,
        product_keys=(f"sku:{reference}",),
        description=reference,
        quantity=quantity,
        unit_amount=unit_amount,
        amount_total=quantity * unit_amount,
    )


def refund(
    reference: str,
    amount: int,
    *,
    line: str | None = None,
    quantity: int | None = None,
    **kwargs: object,
) -> OrderRefund:
    values: dict[str, object] = {
        "currency": "USD",
        "status": RefundStatus.SUCCEEDED,
        "at": START + timedelta(minutes=int(reference[1:])),
        "lines": (RefundedLine(line=line, quantity=quantity or 0, amount=amount),) if line else (),
    }
    return OrderRefund(reference=reference, amount=amount, **(values | kwargs))  # type: ignore[arg-type]


def order(*refunds: OrderRefund, lines: tuple[OrderLine, ...] | None = None) -> OrderState:
    lines = lines if lines is not None else (line("std", 2, 11400), line("health", 1, 12900))
    return OrderState(
        reference="cs_1",
        as_of=START,
        payment=PaymentStatus.PAID,
        payment_reference="pi_1",
        is_test=True,
        currency="USD",
        amount_total=sum(one.amount_total for one in lines),
        lines=lines,
        refunds=refunds,
    )


def test_follows_what_the_refund_says() -> None:
    result = attribute(order(refund("r1", 12900, line="health", quantity=1)))

    assert result.counts() == {"health": 1}
    assert result.undecided == ()
    assert result.decided[0].parts[0].amount == 12900


def test_takes_everything_back_when_all_the_money_is_back() -> None:
    first = refund("r1", 12900, line="health", quantity=1)
    rest = refund("r2", 22800)

    result = attribute(order(rest, first))

    assert result.counts() == {"health": 1, "std": 2}
    assert [one.refund.reference for one in result.decided] == ["r1", "r2"]
    assert sum(part.amount for part in result.decided[1].parts) == 22800
    assert [part.line for part in result.decided[1].parts] == ["std"]


def test_spreads_two_unexplained_refunds_that_complete_the_sum() -> None:
    result = attribute(order(refund("r1", 10000), refund("r2", 25700)))

    assert result.counts() == {"health": 1, "std": 2}
    assert sum(part.count for part in result.decided[0].parts) == 0
    for one in result.decided:
        assert sum(part.amount for part in one.parts) == one.refund.amount


def test_takes_the_remaining_units_when_the_words_fall_short_of_the_money() -> None:
    result = attribute(order(refund("r1", 35700, line="std", quantity=1)))

    assert result.counts() == {"std": 2, "health": 1}
    assert sum(part.amount for part in result.decided[0].parts) == 35700


def test_leaves_a_plain_amount_to_a_person_with_suggestions() -> None:
    result = attribute(order(refund("r1", 22800)))

    assert result.counts() == {}
    assert result.undecided[0].doubt is Doubt.AMOUNT_ONLY
    assert result.undecided[0].suggestions == (Suggestion(line="std", quantity=2),)


def test_suggests_nothing_for_an_amount_that_fits_no_line() -> None:
    assert attribute(order(refund("r1", 500))).undecided[0].suggestions == ()


def test_suggests_the_price_after_discount_as_well() -> None:
    discounted = OrderLine(
        reference="std",
        product_keys=(),
        description="",
        quantity=2,
        unit_amount=100,
        amount_total=160,
    )
    result = attribute(order(refund("r1", 80), lines=(discounted, line("other", 1, 900))))

    assert result.undecided[0].suggestions == (Suggestion(line="std", quantity=1),)


def test_doubts_what_cannot_be_true() -> None:
    cases = {
        Doubt.LINE_UNKNOWN: refund("r1", 100, line="nothing", quantity=1),
        Doubt.TOO_MANY: refund("r1", 100, line="std", quantity=3),
        Doubt.QUANTITY_UNCLEAR: refund("r1", 100, line="std"),
        Doubt.OTHER_CURRENCY: refund("r1", 35700, line="std", quantity=1, currency="EUR"),
        Doubt.UNIT_UNKNOWN: refund("r1", 100, units=("ent_x",)),
    }
    for doubt, one in cases.items():
        result = attribute(order(one))
        assert result.undecided[0].doubt is doubt
        assert result.counts() == {}


def test_doubts_zero_and_negative_quantities() -> None:
    for quantity in (0, -1):
        result = attribute(order(refund("r1", 100, line="std", quantity=quantity)))
        assert result.undecided[0].doubt is Doubt.QUANTITY_UNCLEAR


def test_counts_neither_pending_nor_failed_refunds() -> None:
    pending = refund("r1", 35700, status=RefundStatus.PENDING)
    failed = refund("r2", 35700, status=RefundStatus.FAILED)

    result = attribute(order(pending, failed))

    assert result.decided == ()
    assert result.undecided == ()


def test_gives_units_free_again_when_a_refund_fails_later() -> None:
    kept = refund("r1", 11400, line="std", quantity=1)
    lost = refund("r2", 24300, status=RefundStatus.FAILED)

    assert attribute(order(kept, lost)).counts() == {"std": 1}


def test_follows_named_entitlements() -> None:
    lines_of = {"ent_a": "std", "ent_b": "std", "ent_c": "health"}
    one = refund("r1", 11400, units=("ent_b",))

    result = attribute(order(one), lines_of=lines_of)

    assert result.counts() == {"std": 1}
    assert result.units() == {"ent_b"}


def test_refuses_to_take_one_entitlement_back_twice() -> None:
    lines_of = {"ent_a": "std"}
    result = attribute(
        order(refund("r1", 1, units=("ent_a",)), refund("r2", 1, units=("ent_a",))),
        lines_of=lines_of,
    )

    assert result.counts() == {"std": 1}
    assert result.undecided[0].doubt is Doubt.TOO_MANY


def test_follows_named_entitlements_of_two_lines() -> None:
    lines_of = {"ent_a": "std", "ent_c": "health"}
    result = attribute(order(refund("r1", 24300, units=("ent_a", "ent_c"))), lines_of=lines_of)

    assert [(part.line, part.count, part.amount) for part in result.decided[0].parts] == [
        ("std", 1, 11400),
        ("health", 1, 12900),
    ]


def of_lines(*said: tuple[str, int, int]) -> tuple[RefundedLine, ...]:
    return tuple(RefundedLine(line=name, quantity=n, amount=money) for name, n, money in said)


def test_follows_a_refund_of_several_lines() -> None:
    both = refund("r1", 24300, lines=of_lines(("std", 1, 11400), ("health", 1, 12900)))

    result = attribute(order(both))

    assert result.counts() == {"std": 1, "health": 1}
    assert [part.amount for part in result.decided[0].parts] == [11400, 12900]


def test_takes_back_lines_that_went_though_no_money_moved() -> None:
    result = attribute(order(refund("r1", 0, lines=of_lines(("std", 2, 22800)))))

    assert result.counts() == {"std": 2}
    assert [part.amount for part in result.decided[0].parts] == [0]


def test_keeps_what_a_line_never_cost_apart_from_it() -> None:
    with_shipping = refund("r1", 13400, lines=of_lines(("health", 1, 12900)))
    too_dear = refund("r2", 30000, lines=of_lines(("std", 1, 30000)))

    one, two = attribute(order(with_shipping, too_dear)).decided[:2]

    assert [(part.line, part.amount) for part in one.parts] == [("health", 12900), (None, 500)]
    assert [(part.line, part.amount) for part in two.parts] == [("std", 22800), (None, 7200)]


def test_refunds_an_order_with_shipping_whole() -> None:
    shipped = replace(order(refund("r1", 36500)), amount_total=36500)

    (one,) = attribute(shipped).decided

    assert [(part.line, part.count, part.amount) for part in one.parts] == [
        ("std", 2, 22800),
        ("health", 1, 12900),
        (None, 0, 800),
    ]


def test_takes_no_unit_back_for_money_alone_unless_everything_is_back() -> None:
    goodwill = refund("r1", 11400, money_only=True)

    kept = attribute(order(goodwill))
    assert (kept.counts(), kept.undecided) == ({}, ())
    assert [(part.line, part.amount) for part in kept.decided[0].parts] == [(None, 11400)]

    rest = refund("r2", 24300, money_only=True)
    assert attribute(order(goodwill, rest)).counts() == {"std": 2, "health": 1}


def test_doubts_the_whole_of_a_refund_that_is_wrong_about_one_line() -> None:
    for wrong in (("health", 2, 1), ("nothing", 1, 1), ("health", 0, 1), ("health", -1, 1)):
        result = attribute(order(refund("r1", 2, lines=of_lines(("std", 1, 1), wrong))))
        assert (result.counts(), len(result.undecided)) == ({}, 1)


def test_takes_a_line_back_when_its_money_came_back_in_pieces() -> None:
    first = refund("r1", 10000, line="std")
    assert attribute(order(first)).undecided[0].doubt is Doubt.QUANTITY_UNCLEAR

    result = attribute(order(first, refund("r2", 12800, line="std")))

    assert (result.counts(), result.undecided) == ({"std": 2}, ())


def test_doubts_units_of_another_line_than_the_one_it_names() -> None:
    one = refund("r1", 1, line="std", quantity=1, units=("ent_c",))

    result = attribute(order(one), lines_of={"ent_c": "health"})

    assert result.undecided[0].doubt is Doubt.QUANTITY_UNCLEAR


def test_doubts_an_entitlement_that_is_named_twice_in_one_refund() -> None:
    result = attribute(order(refund("r1", 1, units=("ent_a", "ent_a"))), lines_of={"ent_a": "std"})

    assert result.undecided[0].doubt is Doubt.QUANTITY_UNCLEAR


def test_keeps_named_entitlements_apart_from_those_that_merely_remain() -> None:
    named = refund("r1", 35700, units=("ent_a",))

    (one,) = attribute(order(named), lines_of={"ent_a": "std"}).decided

    assert [(part.line, part.count, part.amount, part.units) for part in one.parts] == [
        ("std", 1, 22800, ("ent_a",)),
        ("std", 1, 0, ()),
        ("health", 1, 12900, ()),
    ]


def test_suggests_no_more_than_is_left() -> None:
    known = refund("r1", 11400, line="std", quantity=1)
    result = attribute(order(known, refund("r2", 22800)))

    assert result.undecided[0].suggestions == ()


def test_takes_nothing_back_for_a_refund_of_nothing() -> None:
    result = attribute(order(refund("r1", 0), lines=(line("free", 3, 0),)))

    assert result.counts() == {}
    assert result.undecided[0].doubt is Doubt.AMOUNT_ONLY


def test_counts_entitlements_where_one_unit_yields_several() -> None:
    packs = (line("pack", 2, 5000), line("other", 1, 900))
    result = attribute(
        order(refund("r1", 5000, line="pack", quantity=1), lines=packs), per_unit={"pack": 3}
    )

    assert result.counts() == {"pack": 3}


def test_takes_nothing_back_from_a_free_order_without_refunds() -> None:
    assert attribute(order(lines=(line("free", 3, 0),))).counts() == {}


def test_leaves_a_refund_of_an_order_without_lines_undecided() -> None:
    assert len(attribute(order(refund("r1", 100), lines=())).undecided) == 1


amounts = st.integers(min_value=-5, max_value=500)
some_refunds = st.lists(
    st.builds(
        lambda amount, name, quantity, status, currency: (amount, name, quantity, status, currency),
        amounts,
        st.sampled_from([None, "a", "b", "c"]),
        st.one_of(st.none(), st.integers(min_value=-1, max_value=6)),
        st.sampled_from(list(RefundStatus)),
        st.sampled_from(["USD", "USD", "USD", "EUR"]),
    ),
    max_size=6,
)
some_lines = st.lists(
    st.tuples(st.integers(min_value=0, max_value=5), st.integers(min_value=0, max_value=200)),
    max_size=3,
)


@given(some_refunds, some_lines, st.integers(min_value=1, max_value=3))
def test_never_takes_more_than_there_was_and_never_loses_a_minor_unit(
    raw: list[tuple[int, str | None, int | None, RefundStatus, str]],
    raw_lines: list[tuple[int, int]],
    each: int,
) -> None:
    lines = tuple(
        line(name, quantity, unit) for name, (quantity, unit) in zip("ab", raw_lines, strict=False)
    )
    refunds = tuple(
        refund(f"r{n}", amount, line=name, quantity=quantity, status=status, currency=currency)
        for n, (amount, name, quantity, status, currency) in enumerate(raw)
    )

    result = attribute(
        order(*refunds, lines=lines), per_unit={one.reference: each for one in lines}
    )

    available = {one.reference: one.quantity * each for one in lines}
    for name, count in result.counts().items():
        assert 0 <= count <= available[name]
    for one in result.decided:
        assert sum(part.amount for part in one.parts) == one.refund.amount
        assert one.refund.status is RefundStatus.SUCCEEDED
    moved = [one for one in refunds if one.status is RefundStatus.SUCCEEDED]
    assert len(result.decided) + len(result.undecided) == len(moved)
    ours = [one.amount for one in moved if one.currency == "USD" and one.amount > 0]
    if lines and ours and sum(ours) >= sum(one.amount_total for one in lines):
        assert result.counts() == {k: v for k, v in available.items() if v} or not any(
            available.values()
        )
