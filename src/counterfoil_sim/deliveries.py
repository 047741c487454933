"""Events on their way to the shop, signed as Stripe signs, and all that can go wrong on it."""

import hashlib
import hmac
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

from counterfoil_sim.posting import post
from counterfoil_sim.simulator import Simulator
from counterfoil_sim.store import Obj

ATTEMPTS = 6
REORDER_SECONDS = 2.0
WRONG_SECRET = "whsec_this_is_not_the_secret"  # noqa: S105

Send = Callable[[str, bytes, Mapping[str, str]], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Faults:
    """
    What goes wrong with every delivery while it is switched on.

    ``reorder`` collects events for a moment and sends the newest first. ``drop`` loses them for
    good, ``delay`` keeps them until somebody asks for their delivery.
    """

    repeat: bool = False
    reorder: bool = False
    drop: bool = False
    delay: bool = False
    wrong_secret: bool = False
    old_timestamp: bool = False

    def switched_on(self) -> tuple[str, ...]:
        """Name those that are on."""
        return tuple(name for name, on in asdict(self).items() if on)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """
    One delivery as it went.

    ``status`` is the answer's, 0 if there was none and nothing at all if nothing was sent.
    """

    event: str
    topic: str
    at: int
    status: int | None
    faults: tuple[str, ...] = ()

    @property
    def arrived(self) -> bool:
        """Tell whether the shop said yes."""
        return self.status is not None and 200 <= self.status < 300


class Deliveries:
    """
    The queue of events, and the endpoint they go to.

    Without ``start`` nothing is sent until ``deliver_now``, which sends everything that waits and
    does not sleep: tests use that. Nothing is locked while an event is under way, because the shop
    may ask the simulator about it before it answers.
    """

    def __init__(
        self, simulator: Simulator, *, url: str | None, secret: str, send: Send = post
    ) -> None:
        """Remember where events go."""
        self.simulator = simulator
        self.url = url
        self.secret = secret
        self.faults = Faults()
        self.log: deque[Attempt] = deque(maxlen=200)
        self._send = send
        self._sending = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def switch(self, **faults: bool) -> Faults:
        """Switch faults on or off."""
        self.faults = replace(self.faults, **faults)
        self.simulator.woken.set()
        return self.faults

    def waiting(self) -> list[Obj]:
        """Give the events that were not delivered yet and still will be, oldest first."""
        with self.simulator.lock:
            store = self.simulator.store
            return [store.get("event", reference) for reference in store.pending]

    def deliver_now(self) -> list[Attempt]:
        """Send everything that waits, once, whether its time has come or not."""
        with self._sending:
            return self._deliver([event["id"] for event in self.waiting()])

    def deliver_due(self) -> list[Attempt]:
        """Send what is due; nothing is while deliveries are delayed."""
        with self._sending:
            return [] if self.faults.delay else self._deliver(self._due())

    def redeliver(self, reference: str) -> list[Attempt]:
        """Send an event once more, whatever became of it."""
        with self._sending:
            return self._deliver([reference])

    def start(self) -> None:
        """Deliver in the background from now on."""
        self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the delivery that is under way, and stop."""
        self._stopping.set()
        self.simulator.woken.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def signature(self, body: bytes) -> str:
        """Sign a body as Stripe does, or as badly as the faults say."""
        secret = WRONG_SECRET if self.faults.wrong_secret else self.secret
        at = self.simulator.now() - (3600 if self.faults.old_timestamp else 0)
        digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return f"t={at},v1={digest}"

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.simulator.woken.wait(timeout=0.5)
            self.simulator.woken.clear()
            self.deliver_due()

    def _due(self) -> list[str]:
        now = self.simulator.clock()
        with self.simulator.lock:
            pending = dict(self.simulator.store.pending)
        if self.faults.reorder and any(
            one["attempts"] == 0 and one["due"] > now - REORDER_SECONDS for one in pending.values()
        ):
            return []
        return [reference for reference, one in pending.items() if one["due"] <= now]

    def _deliver(self, references: list[str]) -> list[Attempt]:
        if self.faults.reorder:
            references = list(reversed(references))
        attempts = [attempt for reference in references for attempt in self._attempts(reference)]
        self.log.extend(attempts)
        return attempts

    def _attempts(self, reference: str) -> list[Attempt]:
        faults = self.faults
        times = 2 if faults.repeat and not faults.drop else 1
        attempts = [self._attempt(reference, faults) for _ in range(times)]
        self._settle(reference, attempts)
        return attempts

    def _attempt(self, reference: str, faults: Faults) -> Attempt:
        with self.simulator.lock:
            event = self.simulator.store.get("event", reference)
            body = json.dumps(event, indent=2).encode()
        status: int | None = None
        if not faults.drop and self.url is not None:
            status = self._send(
                self.url,
                body,
                {
                    "Content-Type": "application/json; charset=utf-8",
                    "Stripe-Signature": self.signature(body),
                    "User-Agent": "Counterfoil-Simulator/1.0",
                },
            )
        return Attempt(
            event=reference,
            topic=event["type"],
            at=self.simulator.now(),
            status=status,
            faults=faults.switched_on(),
        )

    def _settle(self, reference: str, attempts: list[Attempt]) -> None:
        with self.simulator.changing() as store:
            if any(one.arrived for one in attempts):
                store.delivered[reference] = True
                store.pending.pop(reference, None)
                store.get("event", reference)["pending_webhooks"] = 0
            elif all(one.status is None for one in attempts):
                store.pending.pop(reference, None)
            elif waiting := store.pending.get(reference):
                waiting["attempts"] += 1
                waiting["due"] = self.simulator.clock() + 2 ** waiting["attempts"]
                if waiting["attempts"] >= ATTEMPTS:
                    del store.pending[reference]
