"""The journeys of every host, walked through the pages of this one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from django.core import mail
from django.test import Client

from counterfoil.effects.settling import settle
from counterfoil.models import Purchase
from counterfoil.testing.builders import make_product
from counterfoil.testing.fake_channel import FakeChannel
from journeys import Journeys, Refused
from snoutline.management.commands.seed import TERMS
from snoutline.models import Sample
from staff import Staff
from tests.visiting import come_in

AFTER_CLAIM = re.compile(r"/c/claimed/([0-9a-f-]{36})/")


@dataclass
class Snoutline(Staff):
    """This platform, whose shop is one that the test drives."""

    shop: FakeChannel

    def buy(self, mail: str, quantity: int = 1) -> str:
        order = self.shop.pay(quantity, mail=mail)
        self.shop.deliver()
        settle()
        return order

    def refund(self, order: str) -> None:
        self.shop.refund(order)
        self.shop.deliver()
        settle()

    def give(self, order: str, *, to: str) -> None:
        buyer, handle = self._bought(order)
        wanted = {"do": "set", "how": "now", "recipient_mail": to, "zone": "UTC"}
        answer = come_in(buyer).post(f"/my/{handle}/gift/", wanted)
        assert answer.status_code == 302, answer.content
        settle()

    def mails_to(self, address: str) -> Sequence[str]:
        return [str(one.body) for one in mail.outbox if address in one.to]

    def claim(self, mail: str, code: str) -> str:
        browser = come_in(mail)
        if browser.post("/c", {"code": code}).status_code != 302:
            raise Refused
        found = AFTER_CLAIM.search(browser.post("/c/confirm/").headers.get("Location", ""))
        if found is None:
            raise Refused
        return found[1]

    def name_dog(self, mail: str, entitlement: str, dog: str) -> None:
        told = {"which": "new", "name": dog}
        answer = come_in(mail).post(f"/c/subject/{entitlement}/", told)
        assert answer.status_code == 302, answer.content
        settle()

    def samples(self) -> Sequence[tuple[str, str]]:
        waiting = Sample.objects.filter(removed_at=None).order_by("made_at")
        return [(one.owner.email, one.dog.name) for one in waiting if one.owner and one.dog]

    def _bought(self, order: str) -> tuple[str, str]:
        purchase = Purchase.objects.get(external_reference=order)
        assert purchase.buyer is not None
        contact = purchase.buyer.contact()
        assert contact is not None
        return contact.mail, purchase.entitlements.get().handle


@pytest.mark.django_db
class TestEmbedded(Journeys):
    @pytest.fixture
    def host(self) -> Iterator[Snoutline]:
        with FakeChannel(make_product("BREEDS", terms=TERMS)) as shop:
            yield Snoutline(shop)


def test_whoever_is_not_signed_in_is_sent_to_our_door(client: Client, db: None) -> None:
    answer = client.get("/my/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/enter/?next=")
    assert b"Good to see you" in answer.content


def test_signing_out_on_either_side_is_signing_out(db: None) -> None:
    browser = come_in("ana@example.com")
    assert browser.get("/my/").status_code == 200
    assert browser.post("/sign-out/").headers["Location"] == "/"
    assert browser.get("/dogs/").status_code == 302
    assert browser.get("/my/").status_code == 302
