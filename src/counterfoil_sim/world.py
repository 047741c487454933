"""What every simulator stands on: a memory, one lock, one clock."""

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

Obj = dict[str, Any]


class Memory:
    """
    What a simulator remembers, and the file it may keep it in.

    Everything in it is what JSON can hold. A simulator adds its own tables, and calls ``take_up``
    once they are there.
    """

    def __init__(self, *, path: Path | None = None, salt: str | None = None) -> None:
        """
        Remember where to write.

        Ids carry the salt, so that a simulator that starts over never repeats an id that some
        database remembers; tests give their own.
        """
        self.path = path
        self.salt = salt or secrets.token_hex(4)
        self.count = 0
        self.pending: dict[str, Obj] = {}

    def take_up(self) -> None:
        """
        Go on from what the file holds, if there is one.

        :raises ValueError: if it holds something else.
        """
        if self.path is None or not self.path.exists():
            return
        for name, value in json.loads(self.path.read_text()).items():
            known = getattr(self, name, None)
            if isinstance(known, dict):
                known |= value
            else:
                setattr(self, name, value)

    def save(self) -> None:
        """Write everything to the file, if there is one, so that no half of it can be read."""
        if self.path is None:
            return
        names = [name for name in vars(self) if name != "path"]
        draft = self.path.with_name(self.path.name + ".new")
        draft.write_text(json.dumps({name: getattr(self, name) for name in names}))
        draft.replace(self.path)


M = TypeVar("M", bound=Memory)


class World(Generic[M]):
    """
    The state of a simulator and the way to change it.

    Every change happens in ``changing``, one at a time. The clock can be given, for tests.
    """

    def __init__(self, store: M, *, base_url: str, clock: Callable[[], float] = time.time) -> None:
        """Begin with what is remembered."""
        self.store = store
        self.base_url = base_url
        self.clock = clock
        self.woken = threading.Event()
        self.lock = threading.RLock()
        self._depth = 0

    def now(self) -> int:
        """Give the time in seconds."""
        return int(self.clock())

    @contextmanager
    def changing(self) -> Iterator[M]:
        """Hold everybody else off, and write the state down in the end."""
        with self.lock:
            self._depth += 1
            try:
                yield self.store
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self.store.save()

    def enqueue(self, reference: str) -> None:
        """Have something delivered, under the reference that the courier will ask for."""
        self.store.pending[reference] = {"attempts": 0, "due": self.clock()}
        self.woken.set()
