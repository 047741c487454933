"""Machines: the API with its keys, and a channel's messages."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from counterfoil.channels.native import PAID_TOPIC, SIGNATURE_HEADER, nudge, sign
from counterfoil.effects.settling import settle
from counterfoil.intake.worker import work_messages
from counterfoil.models import Attempt, Entitlement, Message
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.open_cart import open_cart
from counterfoil.operations.pay_cart import pay_cart
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.rules.terms import RefundPolicy, Terms
from counterfoil.testing.builders import (
    OUR_SECRET,
    customer,
    issue_one,
    make_assignee,
    make_connection,
    make_product,
    now,
)
from tests.projects.core.places import api, door

pytestmark = pytest.mark.django_db
GIVEN_BACK = Terms(refund_policy=RefundPolicy.REVOKE)
UNKNOWN = "0123-4567-89AB-CDE4"


def post(path: str, body: Any, token: str | None = None, *, key: str = "k-1") -> Any:
    """Post with a key that may do everything, as another machine does."""
    if token is None:
        scopes = [one for one in Scope if one is not Scope.REASONS]
        token = create_api_key(name="office", scopes=scopes, by=SYSTEM, at=now()).secret
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    machine = Client(enforce_csrf_checks=True)
    return machine.post(api(path), body, content_type="application/json", headers=headers)


def test_a_code_is_redeemed() -> None:
    issued = issue_one()
    body = {"code": issued.code, "account": {"external_reference": "user-1"}}

    answer = post("codes/redeem", body)

    assert answer.status_code == 200, answer.content
    assert issued.entitlement().state == "assigned"


def test_a_refused_code_is_remembered() -> None:
    body = {"code": UNKNOWN, "account": {"external_reference": "user-1"}}

    answer = post("codes/redeem", body)

    assert answer.status_code == 409
    assert answer.json()["code"] == "code_not_usable"
    assert Attempt.objects.filter(outcome="code_not_found").count() == 1


def test_nobody_without_a_key_is_answered() -> None:
    issued = issue_one()

    answer = post("codes/check", {"code": issued.code}, "cf_nothing")

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"


def test_a_purchase_is_sold_used_and_paid_back() -> None:
    shop = make_connection(make_product(terms=GIVEN_BACK), slug="partner", channel="partner")
    key = create_api_key(
        name="shop", scopes=[Scope.TELL, Scope.COLLECT], connection=shop, by=SYSTEM, at=now()
    ).secret
    line = {"sku": "DNA-STD", "quantity": 1, "unit_amount": 14_900}
    told = post("purchases", {"reference": "N-1", "currency": "EUR", "lines": [line]}, key)
    assert told.status_code == 201, told.content
    [issued] = post("purchases/N-1/codes", {}, key, key="k-2").json()["codes"]
    redeeming = {"code": issued["code"], "account": {"external_reference": "user-1"}}
    assert post("codes/redeem", redeeming).status_code == 200
    settle()

    back = post("purchases/N-1/cancel", {"reference": "R-1", "whole": True}, key, key="k-3")
    settle()

    assert back.status_code == 200, back.content
    assert Entitlement.objects.get().state == "revoked"
    assert post("codes/redeem", redeeming, key="k-4").status_code == 409
    call_command("counterfoil_verify", verbosity=0)


def test_the_api_describes_itself_where_it_is(client: Client) -> None:
    if api("") == "/v1/":
        pytest.skip("where it is in its own tests")
    answer = client.get(api("openapi.json"))

    assert answer.status_code == 200
    assert all(path.startswith(api("")) for path in answer.json()["paths"])


def test_a_message_becomes_a_purchase() -> None:
    shop = make_connection(make_product(), slug="ours", channel="native")
    by = customer(make_assignee())
    cart = open_cart(
        connection=shop, quantities={"DNA-STD": 2}, buyer_mail="ann@example.com", by=by, at=now()
    )
    pay_cart(cart_id=cart.pk, by=by, at=now())
    body = nudge(message_id="m-1", topic=PAID_TOPIC, cart=str(cart.pk), is_test=True)

    assert deliver(body, sign(body, OUR_SECRET, at=now())) == 200
    work_messages()

    assert Entitlement.objects.filter(state="issued").count() == 2


def test_a_forged_message_leaves_nothing() -> None:
    make_connection(make_product(), slug="ours", channel="native")
    body = nudge(message_id="m-1", topic=PAID_TOPIC, cart="7", is_test=True)

    assert deliver(body, sign(body, "another", at=now())) == 401
    assert not Message.objects.exists()


def deliver(body: bytes, signature: str) -> int:
    """Post to the door."""
    machine = Client(enforce_csrf_checks=True)
    headers = {SIGNATURE_HEADER: signature}
    answer = machine.post(door("ours"), body, content_type="application/json", headers=headers)
    return int(answer.status_code)
