"""What other systems are told of the ledger: every entry once, in order, and no secrets."""

import threading
from dataclasses import replace

import pytest
from django.db import connections

from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.publishing import publish
from counterfoil.effects.sealer import seal
from counterfoil.effects.settling import settle
from counterfoil.models import Entry, Event
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.redeem import redeem
from counterfoil.operations.unassign import unassign
from counterfoil.queries.events import envelope
from counterfoil.rules.events import EventType, event_of, moment
from counterfoil.testing.builders import (
    DOG,
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_many,
    issue_one,
    make_assignee,
    now,
    read_issued,
)
from tests.giving import GIVER, give
from tests.partnership import make_clinic

pytestmark = pytest.mark.django_db


def told(issued: Issued) -> list[tuple[str, int | None]]:
    """Give what was told of an entitlement, in the order of the feed."""
    of_it = Event.objects.told().filter(entitlement=issued.id)
    return list(of_it.values_list("type", "version"))


def redeemed(issued: Issued, name: str) -> None:
    who = make_assignee(f"{name}@example.com")
    redeem(
        code=read_issued(issued.purchase).code, to=who, by=customer(who), at=now(), origin=ORIGIN
    )


def test_every_entry_has_its_event_once() -> None:
    issued = issue_many(5)
    redeemed(issued, "ana")
    settle()
    settle()

    entries = Entry.objects.values_list("entitlement_id", "seq", "act_name")
    of_entries = Event.objects.exclude(entitlement=None)  # beside that of the order
    events = of_entries.values_list("entitlement_id", "version", "type")
    assert sorted(events) == sorted((pk, seq, event_of(act)) for pk, seq, act in entries)
    places = list(Event.objects.told().values_list("position", flat=True))
    assert places == list(range(1, 8))
    assert told(issued) == [("entitlement.issued", 1), ("entitlement.assigned", 2)]


def test_an_event_is_thin() -> None:
    issued = issue_one(terms=replace(DOG, valid_days=30))
    redeemed(issued, "ana")
    settle()

    event, expires_at = Event.objects.get(version=2), issued.entitlement().expires_at
    assert expires_at is not None
    assert envelope(event) == {
        "id": str(event.pk),
        "type": "entitlement.assigned",
        "timestamp": moment(Entry.objects.get(seq=2).recorded_at),
        "data": {
            "entitlement": issued.entitlement().handle,
            "version": 2,
            "act": "redeem",
            "state": "assigned",
            "product": "DNA-STD",
            "partner": None,
            "purchase": str(issued.purchase.pk),
            "expires_at": moment(expires_at),
            "is_test": issued.purchase.is_test,
        },
    }


def test_what_a_partner_has_is_told_with_its_name() -> None:
    clinic = make_clinic(quantity=2)
    settle()

    issued = Event.objects.filter(type=EventType.ENTITLEMENT_ISSUED)
    assert [(one.partner_id, one.data["partner"]) for one in issued] == [
        (clinic.partner.pk, "clinic")
    ] * 2


def test_a_gift_is_claimed_once_whoever_has_it_next() -> None:
    issued = issue_one()
    give(issued.id)
    cancel_gift(entitlement_id=issued.id, by=GIVER, at=now())
    give(issued.id)
    redeemed(issued, "ana")
    settle()
    unassign(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="mistake")
    redeemed(issued, "bob")
    settle()

    assert told(issued) == [
        ("entitlement.issued", 1),
        ("gift.set", 2),
        ("gift.cancelled", 3),
        ("gift.set", 4),
        ("entitlement.assigned", 5),
        ("gift.claimed", 5),
        ("entitlement.unassigned", 6),
        ("entitlement.assigned", 7),
    ]


def test_what_a_late_dispatcher_reads_is_told_as_it_was() -> None:
    """All of it taken at once, when everything has long happened."""
    issued = issue_one()
    give(issued.id)
    redeemed(issued, "ana")
    unassign(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="mistake")
    give(issued.id)
    redeemed(issued, "bob")
    settle()

    claims = Event.objects.filter(type=EventType.GIFT_CLAIMED).order_by("version")
    assert list(claims.values_list("version", flat=True)) == [3, 6]
    entries = Event.objects.exclude(entitlement=None).exclude(type=EventType.GIFT_CLAIMED)
    states = entries.order_by("version")
    assert [one.data["state"] for one in states] == [
        "issued", "issued", "assigned", "issued", "issued", "assigned"
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_many_dispatchers_and_numberers_tell_each_once() -> None:
    issue_many(60)
    while seal():
        pass

    def work() -> None:
        try:
            while dispatch(at=now(), limit=7) + publish(limit=5):
                pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    settle()

    assert Event.objects.exclude(entitlement=None).count() == 60
    places = Event.objects.told().values_list("position", flat=True)
    assert list(places) == list(range(1, 62))
