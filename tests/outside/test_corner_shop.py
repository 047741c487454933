"""A channel in a package of its own, found by its dotted path, keeps every promise of a channel."""

import json
from datetime import datetime, timedelta

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from counterfoil.channels import signatures
from counterfoil.channels.base import Envelope
from counterfoil.intake.sweep import sweep
from counterfoil.intake.worker import work_messages
from counterfoil.models import Message
from counterfoil.testing.builders import OUR_SECRET, a_line, an_order, now
from counterfoil.testing.channel_contract import ChannelContract
from tests.intake.native import deliver
from tests.outside.corner_shop import HEADER, Book, CornerShop
from tests.outside.opening import CHANNELS, Corner, corner

__all__ = ["corner"]

COVERS = {
    "F1": ["test_its_messages_come_in_at_the_door_and_are_worked"],
    "F12": ["test_what_it_does_not_tell_is_found"],
}


class CornerWorld:
    """A corner shop with one paid order of two lines."""

    signs_time = True
    order, unknown = "C-1", "C-9"

    def __init__(self) -> None:
        self.now = now()
        lines = a_line(2), a_line(1, sku="DNA-HEALTH", reference="li_2")
        book = Book()
        book.write(an_order(*lines, reference="C-1"), at=self.now)
        self.channel = CornerShop(book, (OUR_SECRET, "an old one"))

    def message(self) -> bytes:
        return json.dumps({"id": "m-1", "order": "C-1", "paid": True}).encode()

    def signed(self, body: bytes, *, at: datetime, secret: int = 1) -> Envelope:
        header = signatures.signature_header(body, secret=self.channel.secrets[secret - 1], at=at)
        return Envelope(body=body, headers={HEADER: header}, received_at=self.now)


@pytest.fixture
def world() -> CornerWorld:
    return CornerWorld()


class TestCornerShop(ChannelContract):
    """The corner shop keeps the contract."""


def tell(reference: str, *, number: int = 1, secret: str = OUR_SECRET) -> int:
    body = json.dumps({"id": f"m-{number}", "order": reference, "paid": True}).encode()
    header = signatures.signature_header(body, secret=secret, at=now())
    return deliver("corner", body, {HEADER: header})


@pytest.mark.django_db
def test_its_messages_come_in_at_the_door_and_are_worked(corner: Corner) -> None:
    corner.sell("C-1", a_line(3))

    assert [tell("C-1"), tell("C-1"), tell("C-1", number=2)] == [200, 200, 200]
    assert tell("C-1", number=3, secret="somebody else's") == 401
    work_messages()

    assert Message.objects.count() == 2
    assert corner.live("C-1") == 3


@pytest.mark.django_db
def test_what_it_does_not_tell_is_found(corner: Corner) -> None:
    corner.sell("C-1")
    sweep(connection=corner.connection, since=now() - timedelta(hours=1))
    assert corner.live("C-1") == 2


@pytest.mark.django_db
def test_a_path_that_leads_nowhere_is_said_before_anything_runs(corner: Corner) -> None:
    with override_settings(COUNTERFOIL_CHANNELS={"corner": "tests.outside.nothing"}):
        assert "counterfoil.E004" in {one.id for one in run_checks()}
    with override_settings(COUNTERFOIL_CHANNELS=CHANNELS):
        assert "counterfoil.E004" not in {one.id for one in run_checks()}


@pytest.mark.django_db
def test_whoever_is_no_longer_named_takes_no_messages(corner: Corner) -> None:
    with override_settings(COUNTERFOIL_CHANNELS={}):
        assert tell("C-1") == 404
