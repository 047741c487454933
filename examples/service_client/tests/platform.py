"""Houndwell in a process of its own, asked as its customers' browsers ask it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from django.core import mail

from counterfoil.effects.settling import settle
from journeys import Refused
from staff import Staff
from tests.running import running

HERE = Path(__file__).parents[1]


@dataclass
class Houndwell(Staff):
    """The platform at this address; staff sit at Counterfoil's console."""

    address: str

    def buy(self, mail: str, quantity: int = 1) -> str:
        return str(self._post("/orders", mail=mail, quantity=str(quantity))["order"])

    def refund(self, order: str) -> None:
        self._post("/refunds", order=order)

    def give(self, order: str, *, to: str) -> None:
        self._post("/gifts", order=order, to=to)

    def mails_to(self, address: str) -> Sequence[str]:
        by_counterfoil = [str(one.body) for one in mail.outbox if address in one.to]
        return [*by_counterfoil, *self._get("/letters", to=address)]

    def claim(self, mail: str, code: str) -> str:
        return str(self._post("/claims", mail=mail, code=code)["entitlement"])

    def name_dog(self, mail: str, entitlement: str, dog: str) -> None:
        self._post("/dogs", entitlement=entitlement, dog=dog)

    def samples(self) -> Sequence[tuple[str, str]]:
        return [(holder, dog) for holder, dog in self._get("/samples")]

    def catch_up(self) -> int:
        """Let it read the feed, and give of how many events no webhook had told it."""
        return int(self._post("/catch-ups")["news"])

    def _post(self, path: str, **told: str) -> dict[str, Any]:
        answer = httpx.post(f"{self.address}{path}", data=told, timeout=60, trust_env=False)
        if answer.status_code == 409:
            raise Refused(answer.json()["code"])
        assert answer.status_code == 200, answer.text
        settle()  # the service's worker: events go out, and the platform hears of them
        done: dict[str, Any] = answer.json()
        return done

    def _get(self, path: str, **asked: str) -> Any:
        url = f"{self.address}{path}"
        return httpx.get(url, params=asked, timeout=60, trust_env=False).json()


@dataclass(frozen=True)
class Service:
    """A Counterfoil that runs, and what was set up in it for Houndwell."""

    told: Mapping[str, str]

    @contextmanager
    def houndwell(self) -> Iterator[Houndwell]:
        """Run Houndwell; a second time, it knows what it knew."""
        with running([sys.executable, "-m", "houndwell"], self.told, HERE) as address:
            yield Houndwell(address)
