"""Reserving by machine: within one's own, once by key, and to the end."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.test import Client
from tests.records import assert_kept, unchanged
from tests.reservations import kept, later, partner, stock

from counterfoil.models import Entitlement, Partner, Reservation
from counterfoil.models.ids import handle_of
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import ORIGIN, customer, issue_one, now

pytestmark = pytest.mark.django_db
_keys = count()


class Machine:
    """Somebody with an API key."""

    def __init__(self, client: Client, *scopes: Scope, partner: Partner | None = None) -> None:
        made = create_api_key(name="events", scopes=scopes, partner=partner, by=SYSTEM, at=now())
        self.client, self.secret = client, made.secret

    def __call__(self, method: str, path: str = "", body: Any = None, *, key: str = "") -> Any:
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Idempotency-Key": key or f"key-{next(_keys)}",
        }
        return self.client.generic(
            method,
            f"/v1/reservations{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )


Make = Callable[..., Machine]


@pytest.fixture
def machine(client: Client) -> Make:
    """Make somebody with a key that may reserve."""
    return lambda **whose: Machine(client, Scope.RESERVE, **whose)


def wanted(quantity: int = 2, **other: Any) -> dict[str, Any]:
    return {"sku": "DNA-STD", "quantity": quantity, "until": later(1).isoformat()} | other


def test_a_partner_reserves_looks_renews_and_releases(machine: Make) -> None:
    kennel = partner()
    _, units = stock(3, partner=kennel)
    call = machine(partner=kennel)

    made = call("POST", body=wanted(2, label="Fair"), key="fair-1")

    assert made.status_code == 201, made.content
    told = made.json()
    assert {name: told[name] for name in ("key", "label", "sku", "quantity", "kept")} == {
        "key": "fair-1",
        "label": "Fair",
        "sku": "DNA-STD",
        "quantity": 2,
        "kept": 2,
    }
    reservation = Reservation.objects.get()
    assert reservation.owner == f"partner:{kennel.pk}"
    assert kept(reservation) == units[:2]
    listed = call("GET", f"/{reservation.pk}/entitlements?limit=1").json()
    assert [one["entitlement"] for one in listed["entitlements"]] == [handle_of(units[0])]
    rest = call("GET", f"/{reservation.pk}/entitlements?after={listed['next']}").json()
    assert [one["entitlement"] for one in rest["entitlements"]] == [handle_of(units[1])]
    until = later(5)
    renewed = call("POST", f"/{reservation.pk}/renew", {"until": until.isoformat()})
    assert renewed.status_code == 200, renewed.content
    assert Reservation.objects.get().until == until
    some = call("POST", f"/{reservation.pk}/release", {"entitlements": [handle_of(units[0])]})
    assert (some.json()["kept"], some.json()["released"]) == (1, 1)
    gone = call("DELETE", f"/{reservation.pk}").json()
    assert (gone["kept"], gone["released"], gone["is_open"]) == (0, 2, False)
    assert_kept()


def test_the_same_key_again_gives_the_same_and_another_body_is_refused(machine: Make) -> None:
    stock(3)
    call, body = machine(), wanted(2)
    first = call("POST", body=body, key="fair-1")

    with unchanged():
        again = call("POST", body=body, key="fair-1")
        other = call("POST", body=body | {"quantity": 1}, key="fair-1")

    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_for_somebody_who_may_then_redeem(machine: Make) -> None:
    issued = issue_one()
    handle = issued.entitlement().handle
    body = {"entitlements": [handle], "until": later(1).isoformat()}
    body |= {"account": {"external_reference": "user-1"}}

    assert machine()("POST", body=body).status_code == 201

    account = Entitlement.objects.get().reserved_for
    assert account is not None
    assert account.external_reference == "user-1"
    redeem(
        code=issued.code,
        to=Assignee(account_id=account.pk),
        by=customer(Assignee(account_id=account.pk)),
        at=now(),
        origin=ORIGIN,
    )
    assert Reservation.objects.get().items.get().ended_because == "used"


def test_too_few_are_refused_whole_and_said(machine: Make) -> None:
    stock(2)

    call = machine()
    with unchanged():
        refused = call("POST", body=wanted(3))

    assert refused.status_code == 409
    assert refused.json()["code"] == "not_enough_free"
    assert refused.json()["detail"] == "Only 2 are free."


def test_a_partner_sees_and_touches_its_own_only(machine: Make) -> None:
    kennel, other = partner(), partner("other")
    _, foreign = stock(2, partner=other)
    theirs = machine(partner=other)("POST", body=wanted(1)).json()["id"]
    _, [house] = stock(1)
    call = machine(partner=kennel)

    with unchanged():
        answers = [
            call("GET", f"/{theirs}"),
            call("GET", f"/{theirs}/entitlements"),
            call("POST", f"/{theirs}/renew", {"until": later(3).isoformat()}),
            call("POST", f"/{theirs}/release", {}),
            call("DELETE", f"/{theirs}"),
            call("POST", body=named(foreign[1])),
            call("POST", body=named(house)),
        ]
        assert call("GET").json() == {"reservations": [], "next": None}

    assert [answer.status_code for answer in answers] == [404] * len(answers)


def named(entitlement_id: Any) -> dict[str, Any]:
    return {"entitlements": [handle_of(entitlement_id)], "until": later(1).isoformat()}


def test_lists_the_newest_first_in_pages_open_or_over(machine: Make) -> None:
    stock(3)
    call = machine()
    made = [call("POST", body=wanted(1)).json()["id"] for _ in range(3)]
    call("DELETE", f"/{made[1]}")

    first = call("GET", "?limit=2").json()
    second = call("GET", f"?limit=2&after={first['next']}").json()

    assert [one["id"] for one in first["reservations"]] == [made[2], made[1]]
    assert [one["id"] for one in second["reservations"]] == [made[0]]
    assert second["next"] is None
    still = call("GET", "?is_open=true").json()["reservations"]
    assert [one["id"] for one in still] == [made[2], made[0]]
    assert [one["id"] for one in call("GET", "?is_open=false").json()["reservations"]] == [made[1]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        wanted(0),
        wanted(1, until="2027-01-01T00:00:00"),
        wanted(1, until="2000-01-01T00:00:00Z"),
        wanted(1, until="2999-01-01T00:00:00Z"),
        wanted(-1),
        wanted(1, surprise=1),
        wanted(1, entitlements=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"]),
    ],
)
def test_refuses_what_makes_no_sense(machine: Make, body: dict[str, Any]) -> None:
    stock(1)
    call = machine()
    with unchanged():
        assert call("POST", body=body).status_code == 422


def test_needs_the_scope_and_a_stock_of_ones_own(client: Client) -> None:
    stock(1)
    without = Machine(client, Scope.TRACE)
    assert without("POST", body=wanted(1)).status_code == 403
    assert without("GET").status_code == 403
