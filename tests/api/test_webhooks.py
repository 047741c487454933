"""Webhook endpoints by API: a partner has its own, and is told of its own."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from django.test import Client
from tests.effects.webhook_listener import Listener, listening
from tests.records import unchanged
from tests.reservations import partner
from tests.webhooks import an_event, send, told

from counterfoil.models import Partner, WebhookEndpoint
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_product, now

pytestmark = pytest.mark.django_db
PATH = "/v1/webhook-endpoints"
WANTED = {"url": "https://hooks.example/x"}
Call = Callable[..., Any]
_keys = count()


def caller(client: Client, whose: Partner | None = None) -> Call:
    """Give what calls with a key of the house, or of a partner."""
    made = create_api_key(name="hooks", scopes=[Scope.WEBHOOKS], by=SYSTEM, at=now(), partner=whose)

    def call(method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        headers = {"Authorization": f"Bearer {made.secret}"} | headers
        if method != "get":
            headers.setdefault("Idempotency-Key", f"hook-{next(_keys)}")
        return client.generic(
            method.upper(),
            PATH + path,
            json.dumps(body or {}) if method != "get" else "",
            content_type="application/json",
            headers=headers,
        )

    return call


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = True
    with listening() as found:
        yield found


def test_the_whole_life_of_an_endpoint(client: Client, listener: Listener) -> None:
    make_product()
    house = caller(client)
    wanted = {"url": listener.url, "products": ["DNA-STD"], "types": ["partner.opened"]}
    made = house("post", "", wanted, **{"Idempotency-Key": "one"})
    again = house("post", "", wanted, **{"Idempotency-Key": "one"})
    assert (made.status_code, again.json()) == (201, made.json())
    one, path = made.json(), f"/{made.json()['id']}"
    assert "whsec" not in made.content.decode()

    changed = house("put", path, {"url": listener.url, "revision": 1})
    stale = house("put", path, {"url": "https://hooks.example/y", "revision": 1})
    assert (changed.json()["products"], stale.json()["code"]) == ([], "webhook_endpoint_changed")
    read = house("get", f"{path}/secrets")
    assert read["Cache-Control"] == "no-store"
    first = read.json()["secrets"]
    house("post", f"{path}/rotate", {"revision": 2})
    both = house("get", f"{path}/secrets").json()["secrets"]
    assert [both[1]["secret"], first[0]["until"]] == [first[0]["secret"], None]
    assert both[1]["until"] is not None

    tested = house("post", f"{path}/test")
    assert (tested.status_code, tested.json()["fate"]) == (202, "waiting")
    event, listener.status = an_event(), 500
    send()
    shown = house("get", f"{path}/deliveries/{event.pk}").json()
    assert (shown["fate"], [one["status"] for one in shown["tried"]]) == ("waiting", [500])
    assert house("get", f"{path}/deliveries?fate=failed").json()["deliveries"][0]["is_trial"]
    page = house("get", f"{path}/deliveries?limit=1").json()
    rest = house("get", f"{path}/deliveries?limit=1&after={page['next']}").json()
    assert [page["deliveries"][0]["event"], rest["next"]] == [str(event.pk), None]

    listener.status = 200
    assert house("post", f"{path}/replay-failed").json() == {"events": 1}
    send()
    house("post", f"{path}/disable", {"reason": "We move"})
    refused = house("post", f"{path}/replay", {"since": "2020-01-01T00:00:00Z"})
    assert refused.json()["code"] == "webhook_endpoint_disabled"
    assert house("post", f"{path}/enable", {"missed": "send"}).json()["health"] == "well"
    assert house("post", f"{path}/deliveries/{event.pk}/replay").json()["fate"] == "waiting"
    assert house("post", f"{path}/replay", {"since": "2020-01-01T00:00:00Z"}).json()["events"] == 1
    assert send() == 1
    assert house("get", path).json()["health"] == "well"
    assert house("delete", path).json()["ended_at"] is not None
    assert house("get").json() == {"endpoints": [], "next": None}
    assert house("post", f"{path}/test").json()["code"] == "webhook_endpoint_ended"
    assert one["revision"] == 1


def test_a_partner_has_its_own_endpoints_and_reaches_no_other(client: Client) -> None:
    kennel, vets = partner(), partner("vets")
    house, theirs = caller(client), caller(client, kennel)
    ours = house("post", "", WANTED).json()
    other = house("post", "", WANTED | {"partner": "vets"}).json()
    own = theirs("post", "", WANTED).json()
    assert [one["partner"] for one in (ours, other, own)] == [None, "vets", "kennel"]

    assert [one["id"] for one in theirs("get").json()["endpoints"]] == [own["id"]]
    assert len(house("get").json()["endpoints"]) == 3
    calls = [
        ("get", ""),
        ("get", "/secrets"),
        ("get", "/deliveries"),
        ("put", ""),
        ("delete", ""),
        ("post", "/test"),
        ("post", "/rotate"),
        ("post", "/disable"),
        ("post", "/enable"),
        ("post", "/replay-failed"),
    ]
    body = {"/rotate": {"revision": 1}, "/disable": {"reason": "x"}, "/enable": {"missed": "send"}}
    with unchanged():
        for stranger in (ours, other):
            for method, rest in calls:
                given = WANTED | {"revision": 1} if method == "put" else body.get(rest)
                answer = theirs(method, f"/{stranger['id']}{rest}", given)
                assert answer.status_code == 404, (method, rest)
        assert theirs("post", "", WANTED | {"partner": "vets"}).status_code == 404
    event = an_event(partner=vets)
    assert told(WebhookEndpoint.objects.get(pk=own["id"])) == set()
    assert told(WebhookEndpoint.objects.get(pk=other["id"])) == {event.pk}


def test_a_partner_may_keep_what_the_house_had_it_told_of_and_add_nothing(client: Client) -> None:
    make_product()
    make_product("CAT-STD")
    house, theirs = caller(client), caller(client, partner("vets"))
    made = house("post", "", WANTED | {"partner": "vets", "products": ["DNA-STD"]}).json()
    wanted = WANTED | {"products": ["DNA-STD"], "revision": made["revision"]}

    with unchanged():
        more = wanted | {"products": ["DNA-STD", "CAT-STD"]}
        assert theirs("put", f"/{made['id']}", more).status_code == 404
    changed = theirs("put", f"/{made['id']}", wanted | {"description": "Ours"})

    assert (changed.status_code, changed.json()["products"]) == (200, ["DNA-STD"])


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"url": "http://hooks.example/"}, 422, "webhook_endpoint_invalid"),
        ({"types": ["x.y"]}, 422, "invalid_request"),
        ({"products": ["NONE"]}, 404, "not_found"),
        ({"partner": "gone"}, 404, "not_found"),
        ({"more": 1}, 422, "invalid_request"),
    ],
    ids=lambda it: next(iter(it)) if isinstance(it, dict) else "",
)
def test_what_cannot_be_is_refused(
    client: Client, wrong: dict[str, Any], status: int, code: str
) -> None:
    call = caller(client)
    with unchanged():
        answer = call("post", "", WANTED | wrong)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
