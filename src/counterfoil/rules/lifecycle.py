"""
The lifecycle of an entitlement, written once.

Constraints, documentation, buttons and tests are generated from the tables here. Expiry and holds
are not states: expiry is a date compared with the database clock, holds are rows of their own.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where an entitlement stands."""

    MINTED = "minted"
    ISSUED = "issued"
    RESERVED = "reserved"
    ASSIGNED = "assigned"
    FULFILLED = "fulfilled"
    REVOKED = "revoked"


class Move(StrEnum):
    """A step from one state to another."""

    MINT = "mint"
    ISSUE = "issue"
    RESERVE = "reserve"
    RELEASE = "release"
    REDEEM = "redeem"
    FULFIL = "fulfil"
    UNASSIGN = "unassign"
    REVOKE = "revoke"
    REINSTATE = "reinstate"


class PublicState(StrEnum):
    """What somebody outside is told."""

    READY = "ready"
    WAITING = "waiting"
    IN_USE = "in_use"
    EXPIRED = "expired"
    NOT_AVAILABLE = "not_available"


MOVES: Mapping[Move, frozenset[tuple[State | None, State]]] = MappingProxyType(
    {
        Move.MINT: frozenset({(None, State.MINTED)}),
        Move.ISSUE: frozenset({(None, State.ISSUED), (State.MINTED, State.ISSUED)}),
        Move.RESERVE: frozenset({(State.ISSUED, State.RESERVED)}),
        Move.RELEASE: frozenset({(State.RESERVED, State.ISSUED)}),
        Move.REDEEM: frozenset({(State.ISSUED, State.ASSIGNED), (State.RESERVED, State.ASSIGNED)}),
        Move.FULFIL: frozenset({(State.ASSIGNED, State.FULFILLED)}),
        Move.UNASSIGN: frozenset({(State.ASSIGNED, State.ISSUED), (State.FULFILLED, State.ISSUED)}),
        Move.REVOKE: frozenset(
            (state, State.REVOKED) for state in State if state is not State.REVOKED
        ),
        Move.REINSTATE: frozenset(
            (State.REVOKED, to) for to in (State.MINTED, State.ISSUED, State.ASSIGNED)
        ),
    }
)

HOLDER_STATES = frozenset({State.ASSIGNED, State.FULFILLED})
"""Somebody has it: exactly one open assignment, no live code."""

CODE_STATES = frozenset({State.MINTED, State.ISSUED, State.RESERVED})
"""Nobody has it yet: exactly one live code, no open assignment."""

WITHDRAWAL_ORDER = (State.MINTED, State.ISSUED, State.RESERVED, State.ASSIGNED, State.FULFILLED)
"""Which units are taken first when some of a line are withdrawn."""


def sources(move: Move, to: State | None = None) -> frozenset[State]:
    """Give the states a move may start from, optionally only those leading to one state."""
    return frozenset(a for a, b in MOVES[move] if a is not None and to in (None, b))


def public_state(
    state: State,
    *,
    held_count: int,
    expires_at: datetime | None,
    reserved_until: datetime | None,
    now: datetime,
) -> PublicState:
    """
    Derive what the public is told.

    A hold or a withdrawal are both *not available*: why is for staff and the people concerned.
    """
    if state in (State.MINTED, State.REVOKED) or held_count:
        return PublicState.NOT_AVAILABLE
    if state in HOLDER_STATES:
        return PublicState.IN_USE
    if expires_at is not None and expires_at <= now:
        return PublicState.EXPIRED
    if state is State.RESERVED and reserved_until is not None and reserved_until > now:
        return PublicState.WAITING
    return PublicState.READY
