"""
Acts that are killed: before every statement, before COMMIT, while it is unanswered, and after it.

Each run is a process of its own on a real database, ended by SIGKILL: nothing is cleaned up.
"""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from django.db import connection

from tests.records import assert_kept, rows, unchanged

Scene = TypeVar("Scene")
MOST = 200  # moments in one act; more means that it never ends
CONNECTED = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND backend_type = 'client backend'
"""
STATEMENT, COMMIT, UNANSWERED, COMMITTED = "statement", "COMMIT", "unanswered", "committed"


@dataclass(frozen=True, kw_only=True)
class Doomed(Generic[Scene]):
    """
    An act, the scene in which it is performed, and what is true once it is done.

    A ``repeatable`` act changes nothing when it is performed again.
    """

    scene: Callable[[], Scene]
    act: Callable[[Scene], object]
    check: Callable[[Scene], None]
    repeatable: bool = True


@contextmanager
def dying(at: int, tell: Callable[[str], None]) -> Iterator[None]:
    """Kill this process at that moment, and say before in which."""
    moment = 0

    def reached(name: str) -> bool:
        nonlocal moment
        moment += 1
        if moment == at:
            tell(name)
        return moment == at

    def watch(execute: Callable[..., Any], *call: Any) -> Any:
        if reached(STATEMENT):
            die()
        return execute(*call)

    def commit() -> None:
        if reached(COMMIT):
            die()
        if reached(UNANSWERED):
            connection.connection.pgconn.send_query(b"COMMIT")
            die()
        proper()
        if reached(COMMITTED):
            die()

    connection.ensure_connection()
    proper, connection._commit = connection._commit, commit
    with connection.execute_wrapper(watch):
        yield


def die() -> NoReturn:
    """End this process here and now."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def perform(act: Callable[[], object], *, killed_at: int) -> str | None:
    """Perform an act in a process that is killed; gives the moment, or ``None`` if it lived."""
    heard, told = os.pipe()
    before = connected()
    child = os.fork()
    if not child:
        status = 1
        connection.connection = None  # the parent's; the child gets one of its own
        try:
            with dying(killed_at, lambda name: os.write(told, name.encode()) and None):
                act()
            status = 0
        except BaseException:  # noqa: BLE001 - the parent's stack is not ours to unwind
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(told)
    _, status = os.waitpid(child, 0)
    _settle(before)
    with os.fdopen(heard) as pipe:
        name = pipe.read()
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return name
    assert os.WEXITSTATUS(status) == 0, "the act failed by itself"
    return None


def connected() -> set[int]:
    """Give who is connected: this process, and whoever an earlier test left behind."""
    with connection.cursor() as cursor:
        cursor.execute(CONNECTED)
        return {pid for (pid,) in cursor.fetchall()}


def _settle(before: set[int]) -> None:
    """Wait until the database has noticed that nobody is there who was not there before."""
    with connection.cursor() as cursor:
        for _ in range(5_000):
            if not connected() - before:
                return
            cursor.execute("SELECT pg_sleep(0.001)")
    raise AssertionError("a connection of the dead is still open")


def kill_everywhere(doomed: Doomed[Scene]) -> int:
    """
    Kill an act at every moment it has; gives how many there are.

    Each time either nothing happened or everything did, the promises about the records are kept,
    and the next delivery, which is killed a moment later, begins where this one left it.
    """
    scene = doomed.scene()
    for moment in range(1, MOST):
        before = rows()
        died = perform(lambda scene=scene: doomed.act(scene), killed_at=moment)
        nothing = rows() == before
        if died in (STATEMENT, COMMIT):
            assert nothing, f"killed before {died} {moment}, it was half done"
        elif died in (COMMITTED, None):
            assert not nothing, "it was done, and nothing is there"
        assert_kept()
        if nothing:
            continue
        doomed.check(scene)
        deliver_again(doomed, scene)
        if died is None:
            return moment - 1
        scene = doomed.scene()
    raise AssertionError("the act never ends")


def deliver_again(doomed: Doomed[Scene], scene: Scene) -> None:
    """Perform an act that is done three times more, and see that it stays done."""
    for _ in range(3):
        if doomed.repeatable:
            with unchanged():
                doomed.act(scene)
        else:
            doomed.act(scene)
            doomed.check(scene)
    assert_kept()
