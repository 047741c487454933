"""The lifecycle, exhaustively, and that the database says the same."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from counterfoil.models.ids import uuid7
from counterfoil.rules.acts import ALLOWED, STOPPED_BY_HOLD, Act, allowed_acts
from counterfoil.rules.lifecycle import (
    CODE_STATES,
    HOLDER_STATES,
    MOVES,
    WITHDRAWAL_ORDER,
    Move,
    PublicState,
    State,
    public_state,
    sources,
)
from counterfoil.testing.builders import issue_one

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SOON, LATELY = NOW + timedelta(days=1), NOW - timedelta(days=1)

LEGAL = {
    "mint": [" -> minted"],
    "issue": [" -> issued", "minted -> issued"],
    "reserve": ["issued -> reserved"],
    "release": ["reserved -> issued"],
    "redeem": ["issued -> assigned", "reserved -> assigned"],
    "fulfil": ["assigned -> fulfilled"],
    "unassign": ["assigned -> issued", "fulfilled -> issued"],
    "revoke": [
        "minted -> revoked",
        "issued -> revoked",
        "reserved -> revoked",
        "assigned -> revoked",
        "fulfilled -> revoked",
    ],
    "reinstate": ["revoked -> minted", "revoked -> issued", "revoked -> assigned"],
}
"""Once more by hand, so that a slip in the table is noticed."""


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("before", [None, *State])
@pytest.mark.parametrize("after", State)
def test_a_move_is_legal_if_and_only_if_it_was_meant(
    move: Move, before: State | None, after: State
) -> None:
    assert ((before, after) in MOVES[move]) == (f"{before or ''} -> {after}" in LEGAL[move])


def test_the_tables_agree_with_one_another() -> None:
    assert set(MOVES) == set(Move) == set(LEGAL)
    assert HOLDER_STATES | CODE_STATES | {State.REVOKED} == set(State)
    assert not HOLDER_STATES & CODE_STATES
    assert set(WITHDRAWAL_ORDER) == sources(Move.REVOKE)
    for move in Move:
        assert sources(move) == {before for before, _ in MOVES[move] if before}
        for after in State:
            assert sources(move, after) == {b for b, a in MOVES[move] if b and a is after}


def test_every_state_can_be_reached_and_left() -> None:
    steps = [step for moves in MOVES.values() for step in moves]
    for state in State:
        assert any(after is state for _, after in steps)
        assert any(before is state for before, _ in steps)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("held_count", [0, 1, 2])
def test_staff_are_offered_what_would_not_be_refused(state: State, held_count: int) -> None:
    offered = allowed_acts(state, held_count=held_count)

    assert list(offered) == [act for act in ALLOWED if act in offered]  # in the catalogue's order
    for act in ALLOWED:
        possible = state in ALLOWED[act] and not (held_count and act in STOPPED_BY_HOLD)
        needless = act is Act.LIFT_HOLD and not held_count
        assert (act in offered) == (possible and not needless)


ACTS_OF_MOVES = {
    Act.ASSIGN: Move.REDEEM,
    Act.UNASSIGN: Move.UNASSIGN,
    Act.REVOKE: Move.REVOKE,
    Act.REINSTATE: Move.REINSTATE,
}


@pytest.mark.parametrize("act", ACTS_OF_MOVES)
def test_an_act_that_moves_starts_where_its_move_does(act: Act) -> None:
    assert ALLOWED[act] == sources(ACTS_OF_MOVES[act])


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("held_count", [0, 1])
@pytest.mark.parametrize("expires_at", [None, SOON, NOW, LATELY])
@pytest.mark.parametrize("reserved_until", [None, SOON, NOW, LATELY])
def test_what_the_public_is_told(
    state: State, held_count: int, expires_at: datetime | None, reserved_until: datetime | None
) -> None:
    told = public_state(
        state,
        held_count=held_count,
        expires_at=expires_at,
        reserved_until=reserved_until,
        now=NOW,
    )

    over = expires_at in (NOW, LATELY)
    waiting = state is State.RESERVED and reserved_until == SOON
    assert (told is PublicState.NOT_AVAILABLE) == (
        bool(held_count) or state in (State.MINTED, State.REVOKED)
    )
    if told is not PublicState.NOT_AVAILABLE:
        assert (told is PublicState.IN_USE) == (state in HOLDER_STATES)
    if told not in (PublicState.NOT_AVAILABLE, PublicState.IN_USE):
        assert (told is PublicState.EXPIRED) == over
        assert (told is PublicState.WAITING) == (waiting and not over)
        assert (told is PublicState.READY) == (not waiting and not over)


TRY = """
INSERT INTO counterfoil_entry (
    entitlement_id, seq, act, act_name, move, from_state, to_state, actor_kind, actor_id,
    actor_display, on_behalf_of, reason, comment, at, recorded_at, data)
VALUES (%s, 2, %s, 'try', %s, %s, %s, 'system', 'test', '', '', '', '', now(), now(), '{}')
"""


@pytest.mark.django_db
def test_the_database_accepts_the_same_moves_and_no_others() -> None:
    """Every combination of move, from and to, nulls and unknown words included."""
    entitlement_id = issue_one().id
    states = [None, *(state.value for state in State), "elsewhere"]
    differs = []
    for move, before, after in product([None, *Move, "vanish"], states, states):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(TRY, [entitlement_id, uuid7(), move, before, after])
                transaction.set_rollback(True)
            accepted = True
        except IntegrityError:
            accepted = False
        if move is None:
            legal = before is not None and before == after != "elsewhere"
        else:
            legal = f"{before or ''} -> {after}" in LEGAL.get(move, [])
        if accepted != legal:
            differs.append((move, before, after, accepted))
    assert differs == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", [*State, "elsewhere"])
def test_an_entitlement_is_in_a_state_that_exists(state: str) -> None:
    entitlement_id = issue_one().id
    statement = (
        "UPDATE counterfoil_entitlement SET version = 2, state = %s,"
        " reserved_until = CASE WHEN %s = 'reserved' THEN now() END WHERE id = %s"
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [state, state, entitlement_id])
            transaction.set_rollback(True)  # there is no entry
        accepted = True
    except IntegrityError:
        accepted = False
    assert accepted == (state in set(State))
