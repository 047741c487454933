"""What the channel shows at its orders: told once, again after failing, and never a code."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from counterfoil.channels.base import OrderReport
from counterfoil.effects.settling import settle
from counterfoil.effects.write_backs import GIVE_UP_AFTER, LEASE, write_back, write_back_due
from counterfoil.errors import ChannelRefused, ChannelUnavailable
from counterfoil.models import Connection, ExceptionCase, Purchase, WriteBack
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_assignee,
    now,
)

pytestmark = pytest.mark.django_db


@dataclass
class Board:
    """A channel that shows what it is told, and does now and then not."""

    shown: dict[str, OrderReport] = field(default_factory=dict)
    told: int = 0
    trouble: Callable[[], None] | None = None

    def write_back(self, report: OrderReport) -> None:
        self.told += 1
        if self.trouble is not None:
            self.trouble()
        self.shown[report.reference] = report


class Mute:
    """A channel that can show nothing."""


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def issued() -> Issued:
    found = issue_one()
    Connection.objects.update(options={"write_back": {"status": True}})
    settle()
    return found


def purchase() -> Purchase:
    return Purchase.objects.get()


def states(board: Board) -> list[str]:
    return [unit.state for unit in board.shown[purchase().external_reference].units]


def work(board: object, *, at: datetime | None = None) -> int:
    return write_back_due(at=at or now(), channel_of=lambda _: board)  # type: ignore[arg-type,return-value]


def raise_(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def change(issued: Issued) -> None:
    ana = make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    settle()


def test_what_was_issued_is_shown_without_the_code(issued: Issued, board: Board) -> None:
    Connection.objects.update(options={"write_back": {"claim_link": True}})

    assert work(board) == 1

    report = board.shown[purchase().external_reference]
    assert [unit.state for unit in report.units] == ["issued"]
    assert report.units[0].handle.startswith("ent_")
    assert report.claim_url is not None
    assert "/my/" in report.claim_url
    assert issued.code.replace("-", "") not in repr(report).replace("-", "")
    assert work(board) == 0  # it is known now


def test_every_change_is_shown_and_ten_at_once_are_told_once(issued: Issued, board: Board) -> None:
    change(issued)
    revoke(entitlement_ids=list(issued.entitlement_ids), by=OPERATOR, at=now(), reason="fraud")
    settle()

    work(board)

    assert (board.told, states(board)) == (1, ["revoked"])


def test_nothing_is_written_for_connections_that_do_not_want_it(board: Board) -> None:
    issue_one()
    settle()

    assert WriteBack.objects.count() == 0
    assert work(board) == 0


def test_a_channel_that_can_show_nothing_is_left_alone(issued: Issued) -> None:
    assert work(Mute()) == 1
    assert work(Mute()) == 0
    assert ExceptionCase.objects.count() == 0


def test_a_silent_channel_is_asked_again_and_parked_after_three_days(
    issued: Issued, board: Board
) -> None:
    board.trouble = raise_(ChannelUnavailable("no answer"))
    at = now()
    work(board, at=at)
    row = WriteBack.objects.get()
    assert at < row.next_attempt_at < at + timedelta(minutes=1)
    assert work(board, at=at) == 0  # not due yet

    work(board, at=at + GIVE_UP_AFTER + timedelta(minutes=1))

    row.refresh_from_db()
    assert row.parked_at is not None
    [case] = ExceptionCase.objects.all()
    assert (case.kind, case.purchase, case.resolved_at) == (
        "write_back_failed",
        purchase(),
        None,
    )
    board.trouble = None
    change(issued)  # whatever changes is tried again, and closes the exception
    work(board)
    case.refresh_from_db()
    assert states(board) == ["assigned"]
    assert case.resolved_at is not None


def test_the_pause_is_as_long_as_the_channel_asks(issued: Issued, board: Board) -> None:
    board.trouble = raise_(ChannelUnavailable("429", retry_after=1800.0))
    at = now()
    work(board, at=at)
    assert WriteBack.objects.get().next_attempt_at >= at + timedelta(minutes=30)


def test_a_refusal_is_put_before_a_person_at_once(issued: Issued, board: Board) -> None:
    board.trouble = raise_(ChannelRefused("this order is on hold"))

    work(board)

    assert WriteBack.objects.get().parked_at is not None
    assert ExceptionCase.objects.get().evidence["error"] == "this order is on hold"


def test_what_changes_while_it_is_told_is_told_as_well(issued: Issued, board: Board) -> None:
    def meanwhile() -> None:
        board.trouble = None
        change(issued)

    board.trouble = meanwhile
    work(board)
    assert states(board) == ["issued"]

    assert work(board) == 1
    assert states(board) == ["assigned"]


def test_whoever_was_overtaken_is_not_the_last_word(issued: Issued, board: Board) -> None:
    at = now()

    def overtaken() -> None:
        board.trouble = None
        change(issued)
        later = at + LEASE + timedelta(seconds=1)
        assert write_back(purchase().pk, at=later, channel_of=lambda _: board)  # type: ignore[arg-type,return-value]
        assert states(board) == ["assigned"]

    board.trouble = overtaken
    write_back(purchase().pk, at=at, channel_of=lambda _: board)  # type: ignore[arg-type,return-value]
    assert states(board) == ["issued"]  # it wrote over the newer one

    assert work(board, at=at + 2 * LEASE) == 1
    assert states(board) == ["assigned"]


def test_whoever_dies_while_telling_leaves_it_to_the_next(issued: Issued, board: Board) -> None:
    board.trouble = raise_(KeyboardInterrupt())  # type: ignore[arg-type]
    at = now()
    with pytest.raises(KeyboardInterrupt):
        work(board, at=at)
    board.trouble = None

    assert work(board, at=at) == 0  # the lease stands
    assert work(board, at=at + LEASE) == 1
    assert states(board) == ["issued"]
