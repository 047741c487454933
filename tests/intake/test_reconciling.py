"""Reconciling: what was missed is healed, what is odd is before a person, and both are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings

from counterfoil.errors import AccessLost, ChannelUnavailable, ConnectionIncomplete, OrderInvalid
from counterfoil.intake.reconciling import reconcile
from counterfoil.intake.runs import Report
from counterfoil.intake.sweep import sweep
from counterfoil.models import (
    Connection,
    Difference,
    Entry,
    ExceptionCase,
    Message,
    ProductMapping,
    ReconcileRun,
)
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.queries.agreement import disagreements
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import PaymentStatus
from counterfoil.testing.builders import OPERATOR, a_line, a_refund, now
from tests.outside.opening import Corner, corner, open_corner
from tests.records import assert_kept
from tests.scenes import withdraw

__all__ = ["corner"]

COVERS = {
    "F3": ["test_finds_what_no_message_told_and_says_what_it_issued"],
    "F4": ["test_an_order_of_days_ago_is_found"],
    "F10": ["test_a_missed_order_of_an_unmapped_product_is_before_a_person_once"],
    "F12": ["test_finds_what_no_message_told_and_says_what_it_issued"],
}
pytestmark = pytest.mark.django_db
DIFFERENCE = ExceptionKind.RECONCILIATION_DIFFERENCE


def compare(corner: Corner, *, days: int = 30) -> Report:
    return reconcile(connection=corner.connection, since=now() - timedelta(days=days))


def open_cases(kind: str = "") -> list[str]:
    found = ExceptionCase.objects.filter(resolved_at=None).order_by("kind")
    return list((found.filter(kind=kind) if kind else found).values_list("kind", flat=True))


def test_finds_nothing_where_everything_is_here(corner: Corner) -> None:
    corner.sell()
    compare(corner)
    before = Entry.objects.count()

    report = compare(corner)

    assert (report.complete, report.differences, report.converged) == (True, (), 1)
    assert Entry.objects.count() == before
    run = ReconcileRun.objects.latest("started_at")
    assert (run.is_complete, run.counts["agreed"], run.cause) == (True, 1, "asked")
    assert run.finished_at is not None
    assert_kept()


def test_finds_what_no_message_told_and_says_what_it_issued(corner: Corner) -> None:
    corner.sell("C-1")
    compare(corner)
    corner.sell("C-2", a_line(3))

    report = compare(corner)

    assert [(one.reference, one.kind, one.issued) for one in report.differences] == [
        ("C-2", "missed", 3)
    ]
    difference = Difference.objects.get(reference="C-2")
    assert (difference.outcome, difference.purchase) == ("healed", corner.purchase("C-2"))
    assert corner.live("C-2") == 3
    assert open_cases() == []
    assert compare(corner).differences == ()


def test_a_planted_gap_is_found(corner: Corner) -> None:
    """The negative control: without the order there is nothing, with it there is."""
    assert compare(corner).differences == ()
    corner.sell()
    assert [one.kind for one in compare(corner).differences] == ["missed"]


def test_an_order_of_days_ago_is_found(corner: Corner) -> None:
    corner.sell(ago=timedelta(days=20))
    assert compare(corner, days=10).differences == ()
    assert [one.kind for one in compare(corner).differences] == ["missed"]


def test_what_the_channel_does_not_know_is_one_exception_until_it_does(corner: Corner) -> None:
    corner.sell()
    compare(corner)
    order = corner.book.orders["C-1"]
    corner.lose("C-1")

    for _ in range(2):
        report = compare(corner)
        assert [(one.kind, one.outcome) for one in report.differences] == [("odd", "parked")]

    case = ExceptionCase.objects.get()
    assert (case.kind, case.purchase, case.resolved_at) == (
        DIFFERENCE.value,
        corner.purchase(),
        None,
    )
    assert case.evidence["differences"] == ["order: unknown there, paid, 2 units live here"]
    assert corner.live() == 2  # nothing is withdrawn without a reason

    corner.book.write(order, at=now())
    assert compare(corner).differences == ()
    case.refresh_from_db()
    assert case.outcome == "Channel and records agree now."


def test_what_was_odd_once_is_looked_at_again_however_old(corner: Corner) -> None:
    corner.sell(ago=timedelta(days=20))
    compare(corner)
    order = corner.book.orders["C-1"]
    corner.lose("C-1")
    compare(corner)
    corner.book.orders["C-1"] = order  # it is back, and did not change

    compare(corner, days=1)

    assert open_cases() == []


def test_what_a_person_has_settled_is_not_opened_again(corner: Corner) -> None:
    corner.sell()
    compare(corner)
    corner.lose("C-1")
    compare(corner)
    key = str(corner.purchase().pk)
    resolve_exception(kind=DIFFERENCE, key=key, outcome="Known.", by=OPERATOR, at=now())

    report = compare(corner)

    assert [one.kind for one in report.differences] == ["odd"]
    assert open_cases() == []


def test_a_lost_refund_is_healed(corner: Corner) -> None:
    corner.sell()
    compare(corner)
    corner.change("C-1", refunds=(a_refund(),))

    [found] = compare(corner).differences

    assert (found.kind, found.outcome, found.withdrawn) == ("differing", "healed", 1)
    assert corner.live() == 1
    assert_kept()


@pytest.mark.parametrize(
    ("change", "left"),
    [
        pytest.param({"cancelled_at": now()}, 0, id="cancelled"),
        pytest.param({"lines": (a_line(1),), "amount_total": 11_400}, 1, id="fewer"),
        pytest.param({"lines": (a_line(3),), "amount_total": 34_200}, 3, id="more"),
        pytest.param({"amount_total": 20_000}, 2, id="another price"),
    ],
)
def test_what_changed_and_nobody_told_is_healed(
    corner: Corner, change: dict[str, object], left: int
) -> None:
    corner.sell()
    compare(corner)
    corner.change("C-1", **change)

    [found] = compare(corner).differences

    assert (found.kind, found.outcome) == ("differing", "healed")
    assert corner.live() == left
    assert compare(corner).differences == ()


def test_what_is_no_longer_paid_there_is_before_a_person(corner: Corner) -> None:
    corner.sell()
    compare(corner)
    corner.change("C-1", payment=PaymentStatus.AWAITING)

    [found] = compare(corner).differences

    assert (found.kind, found.outcome) == ("differing", "parked")
    assert open_cases() == [DIFFERENCE.value]
    assert corner.live() == 2
    corner.change("C-1", payment=PaymentStatus.PAID)
    compare(corner)
    assert open_cases() == []


def test_another_currency_than_was_paid_is_before_a_person(corner: Corner) -> None:
    corner.sell()
    compare(corner)
    corner.change("C-1", currency="EUR")

    [found] = compare(corner).differences

    assert (found.kind, found.outcome) == ("differing", "parked")
    assert corner.live() == 2


def test_what_staff_withdrew_is_no_difference(corner: Corner) -> None:
    corner.sell()
    compare(corner)
    withdraw(corner.purchase().entitlements.earliest("ordinal").pk)

    assert compare(corner).differences == ()
    assert open_cases() == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"lines": (a_line(3),)}, {"what": "line li_1", "there": 3, "here": 2}),
        ({"lines": (a_line(1),)}, {"what": "line li_1", "there": 1, "here": 2}),
        ({"lines": ()}, {"what": "line li_1", "there": 0, "here": 2}),
        ({"refunds": (a_refund(),)}, {"what": "line li_1", "there": 1, "here": 2}),
        ({"amount_total": 1}, {"what": "amount", "there": 1, "here": 22_800}),
        ({"currency": "EUR"}, {"what": "currency", "there": "EUR", "here": "USD"}),
        ({"cancelled_at": now()}, {"what": "cancelled", "there": True, "here": False}),
    ],
)
def test_the_comparison_sees_what_converging_left_undone(
    corner: Corner, change: dict[str, object], told: dict[str, object]
) -> None:
    """The negative control of the comparison itself, which trusts converging in nothing."""
    corner.sell()
    compare(corner)
    order = corner.book.orders["C-1"]
    assert disagreements(corner.purchase(), order) == []

    found = disagreements(corner.purchase(), replace(order, **change))  # type: ignore[arg-type]

    assert told in found


def test_a_missed_order_of_an_unmapped_product_is_before_a_person_once(corner: Corner) -> None:
    ProductMapping.objects.all().delete()
    corner.sell()

    [found] = compare(corner).differences

    assert (found.kind, found.outcome, found.issued) == ("missed", "parked", 0)
    assert found.details["parked_as"] == ["unmapped_product"]
    assert open_cases() == ["unmapped_product"]


def test_a_line_that_is_ignored_on_purpose_is_no_difference(corner: Corner) -> None:
    ProductMapping.objects.update(product=None)
    corner.sell()
    compare(corner)
    assert compare(corner).differences == ()


def test_an_order_that_cannot_be_read_holds_up_no_other(corner: Corner) -> None:
    broken = corner.sell("C-1")
    corner.sell("C-2")
    order = corner.book.orders[broken]
    corner.book.orders[broken] = replace(order, lines=(replace(a_line(), reference="x" * 900),))

    report = compare(corner)

    assert dict(report.failed).keys() == {"C-1"}
    assert corner.live("C-2") == 2
    assert report.complete
    corner.book.orders[broken] = order
    compare(corner)
    assert open_cases() == []


def test_what_only_waits_for_its_turn_was_not_missed(corner: Corner) -> None:
    corner.sell()
    Message.objects.create(
        connection=corner.connection,
        message_id="m-1",
        topic="order.changed",
        pointer="C-1",
        authentic=True,
        acked_at=now(),
        next_attempt_at=now(),
    )

    assert compare(corner).differences == ()
    assert corner.live() == 2


@pytest.mark.parametrize("look", [compare, lambda corner: sweep_since(corner)])
def test_a_channel_that_is_down_leaves_the_cursor_where_it_is(
    corner: Corner, look: Callable[[Corner], Report]
) -> None:
    compare(corner)
    corner.connection.refresh_from_db()
    reached = corner.connection.swept_until
    assert reached is not None
    corner.sell()
    corner.book.trouble = ChannelUnavailable("busy", retry_after=90)

    report = look(corner)

    assert (report.complete, report.retry_after) == (False, 90)
    assert report.stopped == "channel_unavailable: busy"
    corner.connection.refresh_from_db()
    assert corner.connection.swept_until == reached
    run = ReconcileRun.objects.latest("started_at")
    assert (run.is_complete, run.stopped) == (False, report.stopped)
    corner.book.trouble = None
    assert [one.kind for one in look(corner).differences] == ["missed"]
    corner.connection.refresh_from_db()
    assert corner.connection.swept_until > reached


def sweep_since(corner: Corner) -> Report:
    return sweep(connection=corner.connection, since=now() - timedelta(hours=1))


def test_the_cursor_does_not_jump_over_what_nobody_has_looked_at(corner: Corner) -> None:
    sweep_since(corner)
    corner.connection.refresh_from_db()
    assert corner.connection.swept_until is None  # nobody knows what was before that hour

    reached = now() - timedelta(hours=5)
    Connection.objects.update(swept_until=reached)
    sweep_since(corner)
    corner.connection.refresh_from_db()
    assert corner.connection.swept_until == reached


def test_an_adapter_that_is_broken_stops_its_run_and_says_so(corner: Corner) -> None:
    corner.book.trouble = ZeroDivisionError("cannot be")
    report = compare(corner)
    assert (report.complete, report.stopped) == (False, "ZeroDivisionError: cannot be")


def test_an_answer_that_is_no_order_is_stuck_and_not_the_end(corner: Corner) -> None:
    corner.sell()
    listed = corner.book.changed_at

    class Torn(dict[str, object]):
        def get(self, *_args: object) -> object:
            raise OrderInvalid("no currency")

    corner.book.orders = Torn()  # type: ignore[assignment]
    assert listed
    report = compare(corner)
    assert report.complete
    assert dict(report.failed) == {"C-1": "order_invalid"}
    assert open_cases() == ["order_stuck"]


def test_lost_access_is_shown_and_codes_stay(corner: Corner) -> None:
    corner.sell()
    compare(corner)
    corner.book.trouble = AccessLost("the app was uninstalled")

    for _ in range(2):
        assert not compare(corner).complete

    case = ExceptionCase.objects.get()
    assert (case.kind, case.key) == ("connection_broken", "corner")
    assert corner.live() == 2
    corner.book.trouble = None
    compare(corner)
    assert open_cases() == []


def test_a_connection_without_a_secret_cannot_be_compared(corner: Corner) -> None:
    corner.connection.seal_secrets({})
    corner.connection.save()
    with pytest.raises(ConnectionIncomplete):
        compare(corner)
    assert not ReconcileRun.objects.exists()


def test_a_short_sweep_that_finds_nothing_leaves_nothing(corner: Corner) -> None:
    sweep_since(corner)
    assert not ReconcileRun.objects.exists()

    corner.sell()
    sweep_since(corner)
    run = ReconcileRun.objects.get()
    assert (run.cause, run.counts["missed"]) == ("short", 1)
    sweep_since(corner)
    assert ReconcileRun.objects.count() == 1


def test_a_day_of_silence_leaves_one_run(corner: Corner) -> None:
    corner.book.trouble = ChannelUnavailable("busy")
    for _ in range(20):
        sweep_since(corner)
    assert ReconcileRun.objects.count() == 1


def test_grants_and_other_connections_are_nobodys_difference(
    corner: Corner, settings: Settings
) -> None:
    other = open_corner("other")
    other.sell("O-1")
    compare(other)
    other.lose("O-1")

    assert compare(corner).differences == ()
    assert open_cases() == []


def test_what_waits_for_a_person_is_not_told_every_five_minutes(corner: Corner) -> None:
    ProductMapping.objects.all().delete()
    corner.sell()
    sweep_since(corner)
    assert Difference.objects.get().kind == "missed"

    for _ in range(3):
        [found] = sweep_since(corner).differences
        assert (found.kind, found.outcome) == ("differing", "parked")

    assert Difference.objects.filter(kind="differing").count() == 1
    assert ReconcileRun.objects.count() == 2
