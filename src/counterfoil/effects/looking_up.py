"""
Looking up whom a name stands for: for so long and no longer.

The system's resolver knows no time-out of ours, and cannot be told to stop. So each name is asked
for in a thread of its own that nobody waits for longer than they can afford, and of those that hang
there are never more than a few.
"""

import socket
from threading import BoundedSemaphore, Thread
from typing import Any

MOST_ASKED = 16

_asked = BoundedSemaphore(MOST_ASKED)

Found = list[tuple[Any, Any, int, str, Any]]


class LookUpFailed(OSError):
    """The name was not looked up in time."""


class TooManyLookUps(LookUpFailed):
    """So many others hang that the name was not tried: that says nothing about it."""


def looked_up(host: str, port: int, *, seconds: float) -> Found:
    """
    Give the addresses of a name, as the system's resolver does.

    :raises LookUpFailed: if it takes too long.
    :raises TooManyLookUps: if it was not tried.
    :raises OSError: if there is no such name.
    """
    if not _asked.acquire(blocking=False):
        raise TooManyLookUps("too many names are being looked up")
    answers: list[Found | Exception] = []
    asking = Thread(target=_ask, args=(host, port, answers), name="looking-up", daemon=True)
    try:
        asking.start()
    except BaseException:
        _asked.release()  # no thread has begun that would
        raise
    asking.join(seconds)
    if not answers:
        raise LookUpFailed("the name was not looked up in time")
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]


def _ask(host: str, port: int, answers: list[Found | Exception]) -> None:
    try:
        answers.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except Exception as error:  # noqa: BLE001 - raised again by whoever waits
        answers.append(error)
    finally:
        _asked.release()
