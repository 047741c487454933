"""What every act of the simulated Stripe stands on: its memory, and one list of events."""

import copy
import time
from collections.abc import Callable
from pathlib import Path

from counterfoil_sim.store import Obj, Store
from counterfoil_sim.world import World

API_VERSION = "2026-10-28.endive"


class Core(World[Store]):
    """The state of the simulated Stripe and the way to change it."""

    def __init__(
        self,
        *,
        base_url: str = "http://127.0.0.1:12111",
        clock: Callable[[], float] = time.time,
        state: Path | None = None,
        salt: str | None = None,
    ) -> None:
        """Begin with what the state file holds, or with nothing."""
        super().__init__(Store(path=state, salt=salt), base_url=base_url, clock=clock)

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
        self.enqueue(event["id"])
        return event
