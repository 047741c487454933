"""A shop at Shopify on a port of its own, an app that only listens, and a way to ask the API."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from counterfoil_sim.shopify import Shopify, ShopifyServer, Webhooks
from counterfoil_sim.shopify.line_bodies import gid
from tests.simulated import Clock

TOKEN = "shpat_for_tests"
SECRET = "shpss_for_tests"
HOOK = "http://app.test/in/shopify/"

Ask = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Heard:
    """One message as it came; header names are lower-case."""

    url: str
    raw: bytes
    headers: Mapping[str, str]

    @property
    def topic(self) -> str:
        return self.headers["x-shopify-topic"]

    @property
    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.raw)
        return told


@dataclass
class App:
    """An app that keeps what it hears, and answers as it is told."""

    answer: int = 200
    heard: list[Heard] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        with self.lock:
            lower = {name.lower(): value for name, value in headers.items()}
            self.heard.append(Heard(url, body, lower))
        return self.answer

    def topics(self) -> list[str]:
        return [one.topic for one in self.heard]

    def last(self, topic: str) -> dict[str, Any]:
        return [one for one in self.heard if one.topic == topic][-1].body


def order_gid(order: Mapping[str, Any]) -> str:
    return gid("Order", order["id"])


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def shopify(clock: Clock) -> Shopify:
    shop = Shopify(token=TOKEN, secret=SECRET, clock=clock, salt="t")
    shop.sell("DNA-STD", "Breed test", 11_400)
    shop.sell("MUG", "Mug", 900, requires_shipping=True)
    shop.install(HOOK)
    return shop


@pytest.fixture
def webhooks(shopify: Shopify, app: App) -> Webhooks:
    return Webhooks(shopify, send=app)


@pytest.fixture
def shopify_server(webhooks: Webhooks) -> Iterator[ShopifyServer]:
    server = ShopifyServer(webhooks).start()
    yield server
    server.stop()


@pytest.fixture
def ask(shopify_server: ShopifyServer) -> Ask:
    """Ask the Admin API over the wire."""
    host, port = shopify_server.server_address[:2]

    def ask(
        document: str,
        *,
        token: str = TOKEN,
        version: str = "2026-10",
        status: int = 200,
        **variables: Any,
    ) -> dict[str, Any]:
        connection = http.client.HTTPConnection(str(host), int(port), timeout=60)
        body = json.dumps({"query": document, "variables": variables})
        path = f"/admin/api/{version}/graphql.json"
        connection.request("POST", path, body, {"X-Shopify-Access-Token": token})
        answer = connection.getresponse()
        told: dict[str, Any] = json.loads(answer.read())
        connection.close()
        assert answer.status == status, told
        return told

    return ask
