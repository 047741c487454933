"""The journeys of every host, by a platform in a process of its own that only calls and is told."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.core import mail
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import PartnerRole, Product, Purchase
from counterfoil.operations.allot import allot
from counterfoil.operations.hand_out import hand_out
from counterfoil.operations.invite_member import invite_member
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.replace_code import replace_code
from counterfoil.rules.handouts import Known, Mode, Said, Source
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import OPERATOR, now
from journeys import Journeys, Refused
from set_up import set_up
from tests.running import Running, free_port

HERE = Path(__file__).parents[1]


@dataclass
class Houndwell:
    """The platform, asked as its customers' browsers ask it; staff sit at Counterfoil's console."""

    running: Running

    def buy(self, mail: str, quantity: int = 1) -> str:
        return str(self._post("/orders", mail=mail, quantity=str(quantity))["order"])

    def refund(self, order: str) -> None:
        self._post("/refunds", order=order)

    def give(self, order: str, *, to: str) -> None:
        self._post("/gifts", order=order, to=to)

    def replace_lost_code(self, order: str) -> None:
        unit = Purchase.objects.get(external_reference=order).entitlements.get()
        replace_code(entitlement_id=unit.pk, by=OPERATOR, at=now(), reason="code_lost")
        settle()

    def hand_out(self, to: str) -> None:
        club = open_partner(slug="club", name="Dog club", by=OPERATOR, at=now())
        clara = invite_member(
            partner_id=club.pk,
            mail="clara@club.example",
            role=PartnerRole.ADMIN,
            by=OPERATOR,
            at=now(),
        )
        lot = allot(
            request_id=uuid4(),
            partner_id=club.pk,
            product_id=Product.objects.get().pk,
            quantity=2,
            label="Members",
            reference="CASE-1",
            reason="For members",
            by=OPERATOR,
            at=now(),
        )
        hand_out(
            partner_id=club.pk,
            source=Source(product_id=lot.product_id, allotment_id=lot.pk),
            key="first",
            said=Said(mail=to),
            mode=Mode.INVITE,
            known=Known.SEND,
            time_zone="UTC",
            by=Actor(kind=ActorKind.PARTNER, id=str(clara.pk), display="Dog club"),
            at=now(),
        )
        settle()

    def mails_to(self, address: str) -> Sequence[str]:
        by_counterfoil = [str(one.body) for one in mail.outbox if address in one.to]
        return [*by_counterfoil, *self._get("/letters", to=address)]

    def claim(self, mail: str, code: str) -> str:
        return str(self._post("/claims", mail=mail, code=code)["entitlement"])

    def name_dog(self, mail: str, entitlement: str, dog: str) -> None:
        self._post("/dogs", entitlement=entitlement, dog=dog)

    def samples(self) -> Sequence[tuple[str, str]]:
        return [(holder, dog) for holder, dog in self._get("/samples")]

    def _post(self, path: str, **told: str) -> dict[str, Any]:
        answer = httpx.post(f"{self.running.address}{path}", data=told, timeout=60, trust_env=False)
        if answer.status_code == 409:
            raise Refused(answer.json()["code"])
        assert answer.status_code == 200, answer.text
        settle()  # the service's worker: events go out, and the platform hears of them
        done: dict[str, Any] = answer.json()
        return done

    def _get(self, path: str, **asked: str) -> Any:
        url = f"{self.running.address}{path}"
        return httpx.get(url, params=asked, timeout=60, trust_env=False).json()


@pytest.fixture
def host(live_server: LiveServer, counterfoil_flush: None, tmp_path: Path) -> Iterator[Houndwell]:
    port = free_port()
    secrets = set_up(f"http://127.0.0.1:{port}/events")
    told = {"COUNTERFOIL_URL": live_server.url, "PORT": str(port), **secrets}
    with Running.start([sys.executable, "-m", "houndwell"], os.environ | told, HERE) as running:
        yield Houndwell(running)


class TestService(Journeys):
    """All of them, over HTTP in both directions."""
