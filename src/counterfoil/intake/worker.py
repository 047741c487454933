"""Working the inbox: what was stored is carried out, tried again, or put before a person."""

import logging
from datetime import timedelta

from django.db import DatabaseError

from counterfoil.errors import AccessLost, CounterfoilError, OrderUnknown, Unavailable
from counterfoil.intake.clock import database_now
from counterfoil.intake.converging import converge_order
from counterfoil.intake.health import look_after, tell_access
from counterfoil.intake.inbox import CHECK, lease, set_aside, try_later
from counterfoil.models import Message

MOST_ATTEMPTS = 10
PATIENCE = timedelta(hours=72)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=6)

log = logging.getLogger(__name__)


def work_messages(*, limit: int = 100) -> int:
    """
    Carry out messages that are due, one after the other, and give how many were taken.

    Any number of workers may do so at once. A message is leased for a minute; if whoever took it
    dies, the next one takes it again, and nothing happens twice.
    """
    for taken in range(limit):
        message = lease()
        if message is None:
            return taken
        work_message(message)
    return limit


def work_message(message: Message) -> bool:
    """
    Carry out one message, and tell whether it is handled now.

    Nothing is raised: what fails is tried again, ten times or, where only the channel is to
    blame, for three days; then it is parked. One bad message never holds up another.
    """
    try:
        if message.claims == CHECK:
            look_after(message)
        else:
            converge_order(connection=message.connection, pointer=message.pointer, message=message)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next message must be worked
        _failed(message, error)
        return False
    return True


def pause_after(attempts: int) -> timedelta:
    """Give how long to wait after so many attempts: ten seconds, then three times as long each."""
    times: int = 3 ** min(max(attempts - 1, 0), 10)
    return min(FIRST_PAUSE * times, LONGEST_PAUSE)


def name_of(error: Exception) -> str:
    """Give the name of a failure: our code for it, or what it is called where it comes from."""
    return error.code if isinstance(error, CounterfoilError) else type(error).__name__


def _failed(message: Message, error: Exception) -> None:
    said = _said(error)
    if isinstance(error, AccessLost):
        tell_access(message.connection, error)
    log.warning("message %s was not handled: %s", message.pk, said)
    try:
        if _is_hopeless(message, error):
            set_aside(message, error=said)
        else:
            asked = timedelta(seconds=getattr(error, "retry_after", None) or 0)
            try_later(message, after=max(pause_after(message.attempts), asked), error=said)
    except DatabaseError:
        # The lease ends by itself, and the message is taken again.
        log.exception("message %s could not be put back", message.pk)


def _is_hopeless(message: Message, error: Exception) -> bool:
    if isinstance(error, Unavailable | OrderUnknown):
        return database_now() - message.acked_at > PATIENCE
    return message.attempts >= MOST_ATTEMPTS


def _said(error: Exception) -> str:
    # The first line only: what databases add after it quotes the rows.
    text = (str(error).splitlines() or [""])[0]
    return f"{name_of(error)}: {text}"[:300]
