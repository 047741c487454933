"""
Asking an adapter of the host's: for so long and no longer, whatever it raises or answers.

Who fails is put before staff, under the name of its setting, until it answers again.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from threading import BoundedSemaphore, Thread
from time import monotonic
from typing import Any, TypeVar

from django.db import connections
from django.utils.module_loading import import_string

from counterfoil.conf import conf
from counterfoil.errors import AdapterFailed
from counterfoil.models import ExceptionCase
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.keepable import flaw_in
from counterfoil.rules.people import SYSTEM

log = logging.getLogger(__name__)
MOST_WAITED_FOR = 16
"""So many questions to one adapter may be open in a process: who hangs takes no more threads."""
THREAD = "counterfoil-adapter"

_open: dict[str, BoundedSemaphore] = {}  # each its own: who hangs keeps nobody else from answering
T = TypeVar("T")


class AnswerUnfit(TypeError):
    """What an adapter answered is none of its answers."""


class TooManyOpen(TimeoutError):
    """So many questions to this adapter wait for an answer that no further one is asked."""


def ask(setting: str, question: Callable[[Any], T], fits: type[T], *, at: datetime) -> T:
    """
    Ask the adapter that a setting names, and give its answer.

    :raises AdapterFailed: if it cannot be made, raises, takes too long, or answers nonsense.
    """
    try:
        found = in_time(setting, lambda: question(import_string(getattr(conf, setting))()))
        answer = fitting(found, fits)
    except Exception as error:  # noqa: BLE001 - whatever the host raises
        has_failed(setting, error, at=at)
        raise AdapterFailed from None
    answers_again(setting, at=at)
    return answer


def ask_here(
    setting: str, question: Callable[[Any], Any], read: Callable[[Any], T], *, at: datetime
) -> T:
    """
    Ask an adapter that needs the request, where the request is: it cannot be cut off.

    An answer that comes too late counts as none, so that staff see what keeps their customers.

    :raises AdapterFailed: as :func:`ask` does.
    """
    began = monotonic()
    try:
        answer = read(question(import_string(getattr(conf, setting))()))
        if monotonic() - began > conf.ADAPTER_SECONDS:
            raise TimeoutError  # noqa: TRY301 - it failed as if it had raised
    except Exception as error:  # noqa: BLE001 - whatever the host raises
        has_failed(setting, error, at=at)
        raise AdapterFailed from None
    answers_again(setting, at=at)
    return answer


def fitting(answer: Any, fits: type[T]) -> T:
    """
    Give an answer if it is one.

    :raises AnswerUnfit: if it is something else.
    """
    if not isinstance(answer, fits):
        raise AnswerUnfit
    return answer


def fitting_kept(answer: T) -> T:
    """
    Give an answer in which nothing stands that we could not keep, or show.

    :raises AnswerUnfit: if there is, however deep inside.
    """
    if flaw_in(answer) is not None:
        raise AnswerUnfit
    return answer


def in_time(setting: str, question: Callable[[], T], *, seconds: float | None = None) -> T:
    """
    Wait for an answer for so long and no longer; what is raised is raised here.

    Without ``seconds`` it is as long as the settings say for adapters.
    """
    places = _open.setdefault(setting, BoundedSemaphore(MOST_WAITED_FOR))
    if not places.acquire(blocking=False):
        raise TooManyOpen
    asked: Future[T] = Future()
    try:  # who hangs keeps no process from ending
        Thread(target=_alone, args=(question, places, asked), name=THREAD, daemon=True).start()
    except BaseException:
        places.release()  # no thread has begun that would
        raise
    return asked.result(timeout=conf.ADAPTER_SECONDS if seconds is None else seconds)


def _alone(question: Callable[[], T], places: BoundedSemaphore, asked: "Future[T]") -> None:
    tell: Callable[[], None]
    try:
        answer = question()
        tell = partial(asked.set_result, answer)
    except BaseException as error:  # noqa: BLE001 - raised where it is waited for
        tell = partial(asked.set_exception, error)
    try:
        connections.close_all()
    finally:
        places.release()
        tell()


def has_failed(setting: str, error: Exception, *, at: datetime) -> None:
    """Let staff know; only the name of what was raised is kept, its words may quote a person."""
    name = type(error).__name__
    log.warning("COUNTERFOIL_%s failed: %s", setting, name)
    evidence = {"setting": f"COUNTERFOIL_{setting}", "error": name}
    park(kind=ExceptionKind.ADAPTER_FAILING, key=setting, evidence=evidence, by=SYSTEM, at=at)


def answers_again(setting: str, *, at: datetime) -> None:
    """Close the case, if there is one."""
    about = {"kind": ExceptionKind.ADAPTER_FAILING.value, "key": setting}
    if ExceptionCase.objects.filter(**about, resolved_at=None).exists():
        resolve_exception(**about, outcome="It answers again.", by=SYSTEM, at=at)
