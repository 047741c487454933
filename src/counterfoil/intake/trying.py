"""Trying a connection: is it complete, does the channel let us in, does it tell us?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from counterfoil.channels.base import Channel, Subscribing
from counterfoil.errors import AccessLost, ConnectionIncomplete, CounterfoilError, Unavailable
from counterfoil.intake.clock import database_now
from counterfoil.intake.health import address_of, check_subscription, tell_access
from counterfoil.intake.registry import adapter_for
from counterfoil.models import Connection
from counterfoil.operations.record_connection_test import record_connection_test
from counterfoil.rules.declared import TOLD_CHANNELS
from counterfoil.rules.people import Actor

LATELY = timedelta(minutes=5)


class Tone(StrEnum):
    """How it went."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was found, in a sentence that says what to do about it."""

    tone: Tone
    says: str


def try_connection(connection: Connection, *, by: Actor) -> tuple[Finding, ...]:
    """
    Ask a channel what every message and sweep will ask, and tell what came of it.

    What is found is kept, and holds no secret. A channel that lets us in again is no longer shown
    as broken; what it forgot to send us is put back, as every hour. Nothing is issued.
    """
    found = tuple(_found(connection))
    record_connection_test(
        connection=connection,
        found=[(one.tone.value, one.says) for one in found],
        by=by,
        at=database_now(),
    )
    return found


def _found(connection: Connection) -> Iterator[Finding]:
    try:
        channel = adapter_for(connection)
    except ConnectionIncomplete as lacks:
        yield Finding(tone=Tone.BAD, says=f"It is not set up yet. {lacks}")
        return
    yield Finding(tone=Tone.GOOD, says="Everything it needs is set.")
    if connection.channel in TOLD_CHANNELS:
        return  # nobody is asked: we are told
    try:
        yield from _asked(channel)
        yield from _subscribed(connection, channel)
        tell_access(connection, None)
    except AccessLost as lost:
        tell_access(connection, lost)
        yield Finding(
            tone=Tone.BAD,
            says=f"It does not let us in ({_why(lost)}). Is the key right, and may it do this?",
        )
    except Unavailable as away:
        yield Finding(
            tone=Tone.BAD, says=f"It does not answer ({_why(away)}). Is its address right?"
        )
    except CounterfoilError as refusal:
        yield Finding(tone=Tone.BAD, says=f"It refuses what we ask ({_why(refusal)}).")


def _asked(channel: Channel) -> Iterator[Finding]:
    next(iter(channel.changed_since(database_now() - LATELY)), None)
    yield Finding(tone=Tone.GOOD, says="It lets us in, and tells which orders changed.")


def _subscribed(connection: Connection, channel: Channel) -> Iterator[Finding]:
    address = address_of(connection)
    if not isinstance(channel, Subscribing) or not address:
        return
    health = check_subscription(connection)
    if health is None:
        return
    yield from (Finding(tone=Tone.BAD, says=one) for one in health.troubles)
    yield from (Finding(tone=Tone.WARN, says=f"Put back: {one}") for one in health.mended)
    yield from (Finding(tone=Tone.WARN, says=one) for one in health.hints)
    if not health.troubles:
        yield Finding(tone=Tone.GOOD, says=f"It sends its messages to {address}.")


def _why(error: CounterfoilError) -> str:
    return str(error).rstrip(".")[:200]
