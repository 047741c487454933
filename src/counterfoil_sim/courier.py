"""Messages on their way to the shop, and all that can go wrong on it."""

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Generic, TypeVar

from counterfoil_sim.posting import post
from counterfoil_sim.world import World

REORDER_SECONDS = 2.0

Send = Callable[[str, bytes, Mapping[str, str]], int]


def fault(words: str) -> bool:
    """Declare a fault that is off until somebody switches it on, in the words of its page."""
    switch: bool = field(default=False, metadata={"words": words})
    return switch


@dataclass(frozen=True, kw_only=True, slots=True)
class Faults:
    """
    What goes wrong with every delivery while it is switched on.

    ``reorder`` collects messages for a moment and sends the newest first. ``drop`` loses them for
    good, ``delay`` keeps them until somebody asks for their delivery. A simulator adds its own.
    """

    repeat: bool = fault("send everything twice")
    reorder: bool = fault("send the newest first")
    drop: bool = fault("lose everything")
    delay: bool = fault("keep everything back")
    wrong_secret: bool = fault("sign with a wrong secret")

    def switched_on(self) -> tuple[str, ...]:
        """Name those that are on."""
        return tuple(name for name, on in asdict(self).items() if on)

    @classmethod
    def words(cls) -> tuple[tuple[str, str], ...]:
        """Give every fault and what it does, for people."""
        return tuple((one.name, one.metadata["words"]) for one in fields(cls))


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One request of a delivery, as it will be sent."""

    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A message that was not delivered yet and still will be."""

    reference: str
    topic: str
    attempts: int
    due: float


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


F = TypeVar("F", bound=Faults)


class Courier(ABC, Generic[F]):
    """
    The queue of messages, and the way to the shop.

    Without ``start`` nothing is sent until ``deliver_now``, which sends everything that waits and
    does not sleep: tests use that. Nothing is locked while a message is under way, because the shop
    may ask the simulator about it before it answers.

    A simulator says what a message looks like (``letters``), and after which waits (``waits``, in
    seconds) it is tried again; without any, it is tried once.
    """

    waits: tuple[float, ...] = ()

    def __init__(self, world: World[Any], *, faults: F, send: Send = post) -> None:
        """Remember what is delivered from where."""
        self.world = world
        self.faults = faults
        self.log: deque[Attempt] = deque(maxlen=200)
        self._send = send
        self._sending = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def addresses(self) -> list[str]:
        """Tell where messages go."""

    @abstractmethod
    def topic(self, reference: str) -> str:
        """Say what a message is about."""

    @abstractmethod
    def letters(self, reference: str, faults: F) -> list[Letter]:
        """Give the requests that deliver a message; none if there is nowhere to send it."""

    def arrived(self, reference: str) -> None:
        """Note that a message arrived, if that changes anything here."""

    def given_up(self, reference: str) -> None:
        """Note that a message will not be tried again, if that changes anything here."""

    def switch(self, **faults: bool) -> F:
        """Switch faults on or off."""
        self.faults = replace(self.faults, **faults)
        self.world.woken.set()
        return self.faults

    def waiting(self) -> list[Waiting]:
        """Give what was not delivered yet and still will be, oldest first."""
        with self.world.lock:
            return [
                Waiting(reference=reference, topic=self.topic(reference), **one)
                for reference, one in self.world.store.pending.items()
            ]

    def deliver_now(self) -> list[Attempt]:
        """Send everything that waits, once, whether its time has come or not."""
        with self._sending:
            return self._deliver([one.reference for one in self.waiting()])

    def deliver_due(self) -> list[Attempt]:
        """Send what is due; nothing is while deliveries are delayed."""
        with self._sending:
            return [] if self.faults.delay else self._deliver(self._due())

    def redeliver(self, reference: str) -> list[Attempt]:
        """Send a message once more, whatever became of it."""
        with self._sending:
            return self._deliver([reference])

    def start(self) -> None:
        """Deliver in the background from now on."""
        self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the delivery that is under way, and stop."""
        self._stopping.set()
        self.world.woken.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.world.woken.wait(timeout=0.5)
            self.world.woken.clear()
            self.deliver_due()

    def _due(self) -> list[str]:
        now = self.world.clock()
        waiting = self.waiting()
        if self.faults.reorder and any(
            one.attempts == 0 and one.due > now - REORDER_SECONDS for one in waiting
        ):
            return []
        return [one.reference for one in waiting if one.due <= now]

    def _deliver(self, references: list[str]) -> list[Attempt]:
        if self.faults.reorder:
            references = list(reversed(references))
        attempts = [attempt for reference in references for attempt in self._attempts(reference)]
        self.log.extend(attempts)
        return attempts

    def _attempts(self, reference: str) -> list[Attempt]:
        faults = self.faults
        with self.world.lock:
            topic, letters = self.topic(reference), self.letters(reference, faults)
        statuses: list[int | None] = [None]
        if letters and not faults.drop:
            again = 2 if faults.repeat else 1
            statuses = [
                self._send(one.url, one.body, one.headers) for one in letters for _ in range(again)
            ]
        on, at = faults.switched_on(), self.world.now()
        attempts = [
            Attempt(event=reference, topic=topic, at=at, status=status, faults=on)
            for status in statuses
        ]
        self._settle(reference, attempts)
        return attempts

    def _settle(self, reference: str, attempts: list[Attempt]) -> None:
        with self.world.changing() as store:
            if any(one.arrived for one in attempts):
                store.pending.pop(reference, None)
                self.arrived(reference)
            elif all(one.status is None for one in attempts):
                store.pending.pop(reference, None)
            elif waiting := store.pending.get(reference):
                if waiting["attempts"] >= len(self.waits):
                    del store.pending[reference]
                    self.given_up(reference)
                    return
                waiting["due"] = self.world.clock() + self.waits[waiting["attempts"]]
                waiting["attempts"] += 1
