"""What every act of the simulator stands on: one lock, one clock, one list of events."""

import copy
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from counterfoil_sim.store import Obj, Store

API_VERSION = "2026-10-28.endive"


class Core:
    """
    The state of the simulated Stripe and the way to change it.

    Every change happens in ``changing``, one at a time. The clock can be given, for tests.
    """

    def __init__(
        self,
        *,
        base_url: str = "http://127.0.0.1:12111",
        clock: Callable[[], float] = time.time,
        state: Path | None = None,
        salt: str | None = None,
    ) -> None:
        """Begin with what the state file holds, or with nothing."""
        self.base_url = base_url
        self.clock = clock
        self.store = Store(path=state, salt=salt)
        self.woken = threading.Event()
        self.lock = threading.RLock()
        self._depth = 0

    def now(self) -> int:
        """Give the time in seconds."""
        return int(self.clock())

    @contextmanager
    def changing(self) -> Iterator[Store]:
        """Hold everybody else off, and write the state down in the end."""
        with self.lock:
            self._depth += 1
            try:
                yield self.store
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self.store.save()

    def emit(self, topic: str, subject: Obj, *, previous: Obj | None = None) -> Obj:
        """Record an event about an object as it is now, and queue it for delivery."""
        data: Obj = {"object": copy.deepcopy(subject)}
        if previous is not None:
            data["previous_attributes"] = previous
        event: Obj = {
            "id": self.store.new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": topic,
        }
        return self.queue(event)

    def queue(self, event: Obj) -> Obj:
        """Record an event as it is given, and queue it for delivery."""
        self.store.put("event", event)
        self.store.pending[event["id"]] = {"attempts": 0, "due": self.clock()}
        self.woken.set()
        return event
