"""The rounds: how far back, whom to leave in peace, and whether messages still come."""

from datetime import datetime, timedelta

import pytest

from counterfoil.channels.base import ChannelHealth
from counterfoil.errors import ChannelUnavailable
from counterfoil.intake.rounds import LONG, OVERLAP, Rounds
from counterfoil.models import Connection, ExceptionCase, ReconcileRun
from counterfoil.testing.builders import now
from tests.outside.opening import Corner, corner, open_corner

__all__ = ["corner"]

COVERS = {
    "F7": ["test_goes_on_from_where_it_was_left_with_an_overlap"],
    "F24": ["test_goes_on_from_where_it_was_left_with_an_overlap"],
    "F12": [
        "test_what_the_channel_removed_is_put_back_and_told",
        "test_what_only_a_person_can_mend_stays_open_until_it_is",
    ],
}
pytestmark = pytest.mark.django_db


def reached(corner: Corner) -> datetime:
    corner.connection.refresh_from_db()
    assert corner.connection.swept_until is not None
    return corner.connection.swept_until


def near(moment: datetime, wanted: datetime) -> bool:
    return abs(moment - wanted) < timedelta(minutes=1)


def test_the_first_round_of_a_day_goes_far_back_and_both_ways(corner: Corner) -> None:
    Rounds()()
    assert near(corner.book.sinces[-1], now() - LONG)
    run = ReconcileRun.objects.get()
    assert (run.cause, run.is_complete, run.by) == ("long", True, "Counterfoil")

    Rounds()()  # another worker, or this one after it was started anew
    assert near(corner.book.sinces[-1], now() - OVERLAP)
    assert ReconcileRun.objects.count() == 1

    ReconcileRun.objects.update(started_at=now() - timedelta(hours=25))
    Rounds()()
    assert near(corner.book.sinces[-1], now() - LONG)


def test_goes_on_from_where_it_was_left_with_an_overlap(corner: Corner) -> None:
    Rounds()()
    left = now() - timedelta(hours=7)
    Connection.objects.update(swept_until=left)
    corner.sell(ago=timedelta(hours=7, minutes=30))

    Rounds()()

    assert near(corner.book.sinces[-1], left - OVERLAP)
    assert corner.live() == 2
    assert near(reached(corner), now())


def test_who_asks_us_to_wait_is_left_in_peace_and_holds_up_nobody(corner: Corner) -> None:
    other, rounds = open_corner("zebra"), Rounds()
    corner.book.trouble = ChannelUnavailable("busy", retry_after=600)

    rounds()
    rounds()

    assert len(corner.book.sinces) == 1
    assert len(other.book.sinces) == 2
    corner.connection.refresh_from_db()
    assert corner.connection.swept_until is None
    corner.book.trouble = None
    Rounds()()
    assert near(reached(corner), now())


def test_who_only_fails_is_asked_again(corner: Corner) -> None:
    rounds = Rounds()
    corner.book.trouble = ChannelUnavailable("down")
    rounds()
    rounds()
    assert len(corner.book.sinces) == 2


def test_what_is_paused_is_not_asked(corner: Corner) -> None:
    Connection.objects.update(enabled=False)
    Rounds()()
    assert corner.book.sinces == []


def test_messages_are_made_sure_of_every_hour(corner: Corner) -> None:
    rounds = Rounds()
    rounds()
    rounds()
    assert corner.book.checked == ["http://localhost:8000/in/corner/"]

    rounds._checked_at[corner.connection.pk] = now() - timedelta(minutes=61)
    rounds()
    assert len(corner.book.checked) == 2
    assert not ExceptionCase.objects.exists()


def test_what_the_channel_removed_is_put_back_and_told(corner: Corner) -> None:
    corner.book.health = ChannelHealth(mended=("orders/paid",))
    Rounds()()
    case = ExceptionCase.objects.get()
    assert (case.kind, case.key) == ("connection_broken", "corner:messages")
    assert case.evidence["put_back"] == ["orders/paid"]

    corner.book.health = ChannelHealth()
    Rounds()()
    case.refresh_from_db()
    assert case.outcome == "The channel sends us its messages."


def test_what_only_a_person_can_mend_stays_open_until_it_is(corner: Corner) -> None:
    corner.book.health = ChannelHealth(troubles=("the scope read_orders is missing",))
    for _ in range(2):
        Rounds()()

    case = ExceptionCase.objects.get()
    assert case.resolved_at is None
    assert case.evidence["to_be_mended"] == ["the scope read_orders is missing"]


def test_runs_are_kept_for_three_months(corner: Corner) -> None:
    Rounds()()
    ReconcileRun.objects.update(started_at=now() - timedelta(days=91))
    Rounds()()
    assert ReconcileRun.objects.get().started_at > now() - timedelta(days=1)
