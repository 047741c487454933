"""The feed of events over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from tests.partnership import make_clinic

from counterfoil.effects.settling import settle
from counterfoil.models import Event
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.forget_events import forget_events
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import issue_many, issue_one, now

pytestmark = pytest.mark.django_db


class Reader:
    """Somebody who reads the feed with a key."""

    def __init__(self, client: Client, *scopes: Scope, **whose: Any) -> None:
        made = create_api_key(name="reader", scopes=scopes, by=SYSTEM, at=now(), **whose)
        self.client, self.headers = client, {"Authorization": f"Bearer {made.secret}"}

    def ask(self, status: int = 200, **query: Any) -> Any:
        """Ask for a page, and give what was answered."""
        answer = self.client.get("/v1/events", query, headers=self.headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    def all(self, **query: Any) -> list[Any]:
        """Read page by page until there is no more."""
        page = self.ask(**query)
        found = page["events"]
        while page["more"]:
            page = self.ask(**(query | {"after": page["cursor"]}))
            found += page["events"]
        return found


@pytest.fixture
def reader(client: Client) -> Reader:
    """Give a reader with a key of the house."""
    return Reader(client, Scope.EVENTS)


def test_an_empty_feed_gives_where_to_go_on(reader: Reader) -> None:
    empty = {"events": [], "cursor": "0", "more": False}
    assert reader.ask() == reader.ask(after="0") == reader.ask(after="newest") == empty

    issued = issue_one()
    settle()

    page = reader.ask(after="0")
    told = {one["type"]: one for one in page["events"]}
    assert set(told) == {"entitlement.issued", "purchase.paid"}
    assert told["entitlement.issued"]["data"]["entitlement"] == issued.entitlement().handle
    assert page["cursor"] == page["events"][-1]["cursor"] == "2"
    assert reader.ask(after="2") == reader.ask(after="newest") == empty | {"cursor": "2"}


def test_pages_miss_nothing_and_repeat_nothing(reader: Reader, monkeypatch: Any) -> None:
    issue_many(7)
    settle()
    assert len(reader.all(limit=100)) == 8
    assert reader.all(limit=3) == reader.all(limit=100)

    issued = [one for one in reader.all() if one["type"] == "entitlement.issued"]
    monkeypatch.setattr("counterfoil.queries.events.LOOKS", 2)
    wanted = {"type": ["entitlement.issued", "gift.set"]}
    assert reader.all(limit=3, **wanted) == issued
    rare = reader.ask(type="gift.set")
    assert (rare["events"], rare["cursor"], rare["more"]) == ([], "2", True)
    assert reader.all(type="gift.set") == []


def test_a_partner_is_told_of_its_own(client: Client, reader: Reader) -> None:
    issue_one()
    clinic, other = make_clinic(quantity=2), make_clinic("other", quantity=1)
    settle()
    theirs = Reader(client, Scope.EVENTS, partner=clinic.partner)

    told = theirs.all(limit=2)

    assert {one["data"]["partner"] for one in told} == {"clinic"}
    assert len(told) == Event.objects.filter(partner=clinic.partner).count() == 4
    assert {one["data"]["partner"] for one in reader.all()} > {"clinic", other.partner.slug, None}


@pytest.mark.parametrize(
    "query",
    [{"type": "entitlement.eaten"}, {"limit": 1_001}, {"limit": 0}, {"after": "soon"}],
    ids=["type", "many", "none", "cursor"],
)
def test_nonsense_is_refused(reader: Reader, query: dict[str, Any]) -> None:
    assert reader.ask(422, **query)["code"] == "invalid_request"


def test_a_cursor_we_never_gave_is_refused(reader: Reader) -> None:
    assert reader.ask(422, after="1")["code"] == "cursor_unknown"
    assert reader.ask(422, after="9" * 18)["code"] == "cursor_unknown"


def test_other_keys_may_not_read(client: Client) -> None:
    assert Reader(client, Scope.TRACE).ask(403)["code"] == "scope_missing"
    assert client.get("/v1/events").status_code == 401


@override_settings(COUNTERFOIL_EVENT_DAYS=30)
def test_who_comes_too_late_is_told_so(reader: Reader, monkeypatch: Any) -> None:
    issue_many(4)
    settle()
    assert forget_events(by=SYSTEM, at=now() + timedelta(days=29)) == 0
    Event.objects.filter(position__lte=3).update(occurred_at=now() - timedelta(days=31))
    Event.objects.filter(position=5).update(occurred_at=now() - timedelta(days=31))
    monkeypatch.setattr("counterfoil.operations.forget_events.AT_ONCE", 2)
    assert [forget_events(by=SYSTEM, at=now()) for _ in range(3)] == [2, 1, 0]

    assert reader.ask(410, after="2")["code"] == "events_forgotten"
    assert [one["cursor"] for one in reader.ask(after="3")["events"]] == ["4", "5"]
    assert [one["cursor"] for one in reader.ask()["events"]] == ["4", "5"]


def test_the_newest_stays_so_that_places_are_counted_on(reader: Reader) -> None:
    issue_one()
    settle()
    later = now() + timedelta(days=10_000)
    while forget_events(by=SYSTEM, at=later):
        pass
    assert reader.ask(after="2") == {"events": [], "cursor": "2", "more": False}
    issue_one(reference="cs_next")
    settle()
    assert [one["cursor"] for one in reader.ask(after="2")["events"]] == ["3", "4"]
