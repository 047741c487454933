"""A simulator on a port of its own, a shop that only listens, and the official library."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import stripe

from counterfoil.channels.base import Envelope
from counterfoil_sim import Deliveries, Simulator, SimulatorServer

SECRET = "whsec_simulated"


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    time: float = 1_795_251_600.0

    def __call__(self) -> float:
        return self.time

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time, tz=UTC)


@dataclass
class Shop:
    """A shop that keeps what it gets, and answers as it is told."""

    clock: Clock
    answer: int = 200
    received: list[Envelope] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        lower = {name.lower(): value for name, value in headers.items()}
        with self.lock:
            self.received.append(Envelope(body=body, headers=lower, received_at=self.clock.now()))
        return self.answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(clock: Clock) -> Shop:
    return Shop(clock)


@pytest.fixture
def sim(clock: Clock) -> Simulator:
    return Simulator(clock=clock, salt="t")


@pytest.fixture
def deliveries(sim: Simulator, shop: Shop) -> Deliveries:
    return Deliveries(sim, url="http://shop.test/hook", secret=SECRET, send=shop)


@pytest.fixture
def server(deliveries: Deliveries) -> Iterator[SimulatorServer]:
    server = SimulatorServer(deliveries).start()
    yield server
    server.stop()


@pytest.fixture
def client(server: SimulatorServer) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_x", base_addresses={"api": server.url}, max_network_retries=0
    )
