"""Two partners, asked for at random: neither ever learns of the other, or touches what it has."""

import json
import os
import random
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from tests.isolation import ASKING, Asking, Side, make_side, nothing
from tests.records import assert_kept, rows, unchanged

from counterfoil.api.security import (
    OWN_HOUSE,
    ApiKeyBearer,
    BoundKeyBearer,
    OwnKeyBearer,
    OwnOrAllBearer,
)
from counterfoil.api.urls import api
from counterfoil.testing.builders import make_product

pytestmark = pytest.mark.django_db
TIMES = int(os.environ.get("COUNTERFOIL_ISOLATION_ROUNDS", "120"))
UNKNOWN_STAYS = re.compile(r"ent_[0-9a-z]+|[0-9a-f-]{36}")  # a refusal repeats what was asked for

SLOT = re.compile(r"\{(?:\w+:)?(\w+)\}")

ELSEWHERE = {
    "/v1/activations": "a till's key is bound to its point of sale",
    "/v1/activations/undo": "a till's key is bound to its point of sale",
    **{
        f"/v1/handouts{path}": "tests/api/test_handouts.py"
        for path in (
            "",
            "/files",
            "/take-back",
            "/{handout}",
            "/{handout}/rows",
            "/{handout}/confirm",
            "/{handout}/discard",
        )
    },
    "/v1/handouts/{handout}/cards": "tests/api/test_cards.py",
    "/v1/entitlements": "tests/api/test_entitlements.py",
    "/v1/events": "tests/api/test_events.py",
    "/v1/jobs": "tests/api/test_jobs.py",
    "/v1/jobs/{job_id}": "tests/api/test_jobs.py",
    "/v1/order-files": "tests/api/test_order_files.py",
    "/v1/order-files/{file_id}": "tests/api/test_order_files.py",
    "/v1/order-files/{file_id}/check": "tests/api/test_order_files.py",
    "/v1/order-files/{file_id}/confirm": "tests/api/test_order_files.py",
    "/v1/order-files/{file_id}/discard": "tests/api/test_order_files.py",
    "/v1/order-files/{file_id}/results": "tests/api/test_order_files.py",
    "/v1/order-files/{file_id}/rows": "tests/api/test_order_files.py",
    "/v1/order-files/{file_id}/codes": "tests/api/test_order_files.py",
    "/v1/purchases": "tests/api/test_partner_keys.py",
    "/v1/purchases/{reference}": "tests/api/test_partner_keys.py",
    "/v1/purchases/{reference}/entitlements": "tests/api/test_partner_keys.py",
    "/v1/purchases/{reference}/cancel": "tests/api/test_partner_keys.py",
    "/v1/purchases/{reference}/codes": "tests/api/test_partner_keys.py",
    "/v1/reservations/{reservation}": "tests/api/test_reservations.py",
    "/v1/reservations/{reservation}/entitlements": "tests/api/test_reservations.py",
    "/v1/reservations/{reservation}/release": "tests/api/test_reservations.py",
    "/v1/reservations/{reservation}/renew": "tests/api/test_reservations.py",
    **{
        f"/v1/webhook-endpoints{path}": "tests/api/test_webhooks.py"
        for path in (
            "",
            "/{endpoint}",
            "/{endpoint}/deliveries",
            "/{endpoint}/deliveries/{event}",
            "/{endpoint}/deliveries/{event}/replay",
            "/{endpoint}/disable",
            "/{endpoint}/enable",
            "/{endpoint}/replay",
            "/{endpoint}/replay-failed",
            "/{endpoint}/rotate",
            "/{endpoint}/secrets",
            "/{endpoint}/test",
        )
    },
}
"""What partners reach and who looks after it, where it is not asked for here."""


@pytest.fixture
def sides(client: Client) -> tuple[Side, Side]:
    return make_side("clinic", client), make_side("zoo", client)


def things() -> dict[str, list[str]]:
    """Read everything but what is remembered of whoever asked."""
    found = rows()
    for remembered in ("attempt", "account"):
        del found[f"counterfoil_{remembered}"]
    return found


def within(names: dict[str, str], own: Side) -> dict[str, str]:
    return names | {"own": own.clinic.branch.slug}


def outcome(side: Side, asking: Asking, names: dict[str, str]) -> tuple[int, str]:
    given = within(names, side)
    body = asking.body
    filled = body and (lambda _: _fill(body(given), given))
    answer = side.ask(Asking(asking.by, asking.path, filled), given)
    return answer.status_code, UNKNOWN_STAYS.sub("…", answer.content.decode())


def _fill(body: Any, names: dict[str, str]) -> Any:
    return {
        key: value.format(**names) if isinstance(value, str) else value
        for key, value in body.items()
    }


@pytest.mark.parametrize("asking", ASKING, ids=lambda one: f"{one.path} by {one.by}")
def test_what_is_the_others_is_as_unknown_as_what_is_not_there(
    sides: tuple[Side, Side], asking: Asking
) -> None:
    own, other = sides
    names = own.named()
    before = things()
    theirs = outcome(own, asking, names | {asking.by: other.named()[asking.by]})
    unknown = outcome(own, asking, names | {asking.by: nothing(names)[asking.by]})
    assert theirs == unknown
    assert things() == before
    assert theirs[0] in (404, 409, 422)
    assert outcome(own, asking, names)[0] < 400 or asking.path.endswith("return")


NAMING: list[tuple[str, dict[str, Any] | None]] = [
    ("/v1/entitlements?product={sku}", None),
    ("/v1/handouts/one", {"email": "ann@example.com", "sku": "{sku}"}),
    ("/v1/handouts/cards", {"sku": "{sku}", "quantity": 1, "request_id": str(UUID(int=7))}),
    ("/v1/handouts", {"sku": "{sku}", "recipients": [{"email": "ann@example.com"}]}),
    ("/v1/allotments/hand-on", {"to": "clinic-branch", "sku": "{sku}", "quantity": 1}),
    ("/v1/allotments/return", {"sku": "{sku}", "quantity": 1}),
    ("/v1/reservations", {"sku": "{sku}", "quantity": 1, "until": "2099-01-01T00:00:00Z"}),
    ("/v1/webhook-endpoints", {"url": "https://zoo.example/in", "products": ["{sku}"]}),
]
"""Every way in which a partner names a product."""


@pytest.mark.parametrize(("path", "body"), NAMING, ids=[path for path, _ in NAMING])
def test_a_product_it_has_nothing_of_is_as_unknown_as_none(
    sides: tuple[Side, Side], path: str, body: dict[str, Any] | None
) -> None:
    make_product("ZOO-1")
    before = things()

    def asked(sku: str) -> tuple[int, str]:
        told = None if body is None else json.loads(json.dumps(body).replace("{sku}", sku))
        filled = None if told is None else lambda _: told
        answer = sides[0].ask(Asking("sku", path.replace("{sku}", sku), filled), {})
        return answer.status_code, answer.content.decode().replace(sku, "…")

    assert asked("ZOO-1") == asked("NONE")
    assert asked("ZOO-1")[0] == 404
    assert things() == before
    assert asked("DNA-STD")[0] != 404


def test_asked_at_random_neither_reaches_the_other(sides: tuple[Side, Side]) -> None:
    chance = random.Random(4)  # noqa: S311 - no secret
    for _ in range(TIMES):
        own, other = chance.sample(sides, 2)
        asking = chance.choice(ASKING)
        mixed = {
            kind: chance.choice((mine, other.named()[kind], nothing(own.named())[kind]))
            for kind, mine in own.named().items()
        }
        mixed[asking.by] = other.named()[asking.by]
        status, said = outcome(own, asking, mixed)
        assert status >= 400, (asking, said)
        assert "Zoo" not in said
        assert len(other.clinic.free()) == 20
    assert_kept()


def test_every_call_a_partner_can_make_is_looked_after() -> None:
    asked = {called(one.path) for one in ASKING}
    assert reachable() - asked - {called(one) for one in ELSEWHERE} == set()
    assert "/v1/codes/redeem" in reachable()  # the search finds something


def test_what_is_the_houses_is_refused_to_a_partner_whatever_its_scopes(
    sides: tuple[Side, Side],
) -> None:
    own, other = sides
    names = nothing(own.named()) | {"slug": other.clinic.partner.slug}
    headers = {"Authorization": f"Bearer {own.secret}", "Idempotency-Key": "one"}
    own.client.get("/v1/jobs", headers=headers)  # remembers when the key was used
    with unchanged():
        for method, path in house_only():
            asked = SLOT.sub(lambda slot: names.get(slot[1], str(UUID(int=7))), path)
            answer = own.client.generic(
                method, asked, "{}", content_type="application/json", headers=headers
            )
            assert answer.status_code == 403, (method, path, answer.content)


def house_only() -> list[tuple[str, str]]:
    """Give every call that is answered to a key of the house alone."""
    found = []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                [auth] = operation.auth_callbacks or [router.auth]
                is_theirs = isinstance(auth, OwnKeyBearer) or auth.scope in OWN_HOUSE
                if is_theirs and not isinstance(auth, BoundKeyBearer | OwnOrAllBearer):
                    found += [(method, f"/v1{prefix}{path}") for method in operation.methods]
    assert ("POST", "/v1/grants") in found, "the search finds something"
    return found


def reachable() -> set[str]:
    """Give every call that is answered to a partner's key of the right scope."""
    found = set()
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                [auth] = operation.auth_callbacks or [router.auth]
                assert isinstance(auth, ApiKeyBearer)
                if isinstance(auth, BoundKeyBearer | OwnOrAllBearer) or auth.scope not in OWN_HOUSE:
                    found.add(called(f"/v1{prefix}{path}"))
    return found


def called(path: str) -> str:
    """Give a path without what is asked for in it."""
    return re.sub(r"\{.*?\}", "…", re.sub(r"\?.*", "", path)).rstrip("/")
