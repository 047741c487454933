"""Records asked for by webhook: signed, thin, under one key, and confirmed later where need be."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from counterfoil.effects.settling import settle
from counterfoil.models import Entitlement, Entry, ExceptionCase, Provisioning
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.rules.webhook_secrets import secret_bytes
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_assignee,
    now,
)
from tests.effects.webhook_listener import Listener, listening
from tests.reservations import partner

pytestmark = pytest.mark.django_db

NEW, OLD = ("whsec_" + base64.b64encode(bytes([n] * 32)).decode() for n in (1, 2))
WEBHOOK = "counterfoil.effects.webhook_provisioner.WebhookProvisioner"


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    """Listen where the webhook asks."""
    with listening() as found:
        settings.COUNTERFOIL_PROVISIONER = WEBHOOK
        settings.COUNTERFOIL_PROVISIONER_URL = found.url
        settings.COUNTERFOIL_PROVISIONER_SECRETS = [NEW, OLD]
        settings.COUNTERFOIL_PROVISIONER_ALLOWS_LOOPBACK = True
        yield found


def redeemed() -> Issued:
    issued, ana = issue_one(), make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    complete_subject(entitlement_id=issued.id, answers={"name": "Rex"}, by=customer(ana), at=now())
    return issued


def state() -> str:
    return Entitlement.objects.get().state


def test_asks_with_what_the_record_is_made_of_and_nothing_else(listener: Listener) -> None:
    issued = redeemed()
    settle()

    assert state() == "fulfilled"
    assert Provisioning.objects.get().reference == "kit-1"
    [(headers, body)] = listener.told
    told = json.loads(body)
    handle = issued.entitlement().handle
    assert told["type"] == "entitlement.provision"
    assert told["data"] == {
        "key": f"{handle}:3",
        "handle": handle,
        "product": "DNA-STD",
        "is_test": True,
        "account": str(make_assignee().account_id),
        "subject_kind": "dog",
        "subject_reference": "",
        "subject": {"name": "Rex"},
    }
    assert headers["idempotency-key"] == f"{handle}:3"
    assert headers["content-type"] == "application/json"
    assert b"ana@example.com" not in body
    assert issued.code.encode() not in body


def test_the_address_is_told_where_the_setting_says_so(listener: Listener, settings: Any) -> None:
    settings.COUNTERFOIL_PROVISIONER_SENDS_MAIL = True
    redeemed()
    settle()

    assert listener.bodies()[0]["data"]["mail"] == "ana@example.com"


def test_is_signed_with_every_secret_as_the_specification_says(listener: Listener) -> None:
    redeemed()
    settle()

    [(headers, body)] = listener.told
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = [
        "v1," + base64.b64encode(hmac.digest(secret_bytes(one), content, hashlib.sha256)).decode()
        for one in (NEW, OLD)
    ]
    assert headers["webhook-signature"].split(" ") == expected
    assert abs(int(headers["webhook-timestamp"]) - now().timestamp()) < 60


def test_the_official_library_verifies_it_by_either_secret(listener: Listener) -> None:
    library = pytest.importorskip("standardwebhooks")
    redeemed()
    settle()

    [(headers, body)] = listener.told
    for secret in (NEW, OLD):
        assert library.Webhook(secret).verify(body, headers)["type"] == "entitlement.provision"
    with pytest.raises(library.WebhookVerificationError):
        library.Webhook(NEW).verify(body + b" ", headers)


def test_a_lost_answer_is_asked_for_again_as_the_same_message(listener: Listener) -> None:
    redeemed()
    listener.loses_answers = True
    at = now()
    settle(at=at)
    row = Provisioning.objects.get()
    assert (row.got, row.last_error) == (
        "maybe",
        "There was no answer (RemoteDisconnected).",
    )
    assert state() == "assigned"

    listener.loses_answers = False
    settle(at=at + timedelta(minutes=1))

    assert state() == "fulfilled"
    first, second = (headers for headers, _ in listener.told)
    assert first["idempotency-key"] == second["idempotency-key"]
    assert first["webhook-id"] == second["webhook-id"]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"", "The system answered 500."),
        (302, b"", "The system answered 302."),
        (404, b"", "The system answered 404."),
        (422, b"", "The system refuses this one (422)."),
        (200, b"<html>", "The answer names no reference."),
        (200, b'{"reference": ""}', "The answer names no reference."),
        (200, b'{"reference": 7}', "The answer names no reference."),
    ],
)
def test_what_is_no_record_is_tried_again(
    listener: Listener, status: int, body: bytes, error: str
) -> None:
    listener.status, listener.body = status, body
    redeemed()
    settle()

    row = Provisioning.objects.get()
    assert (row.got, row.attempts, row.last_error) == ("maybe", 1, error)
    assert state() == "assigned"


def test_asks_for_it_to_go_and_none_there_is_success(listener: Listener) -> None:
    issued = redeemed()
    settle()
    listener.status, listener.body = 410, b""
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")
    settle()

    assert Provisioning.objects.get().got == "none"
    told = listener.bodies()[-1]
    assert told["type"] == "entitlement.deprovision"
    assert told["data"]["reference"] == "kit-1"
    assert listener.told[0][0]["webhook-id"] != listener.told[1][0]["webhook-id"]


def confirm(client: Client, handle: str, body: Any, *scopes: Scope, **whose: Any) -> Any:
    made = create_api_key(name="lab", scopes=scopes or [Scope.FULFIL], by=SYSTEM, at=now(), **whose)
    return client.post(
        f"/v1/entitlements/{handle}/fulfilment",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {made.secret}"},
    )


def accepted(listener: Listener) -> tuple[Issued, str, str]:
    """Have it accepted, to be confirmed later; gives handle and key."""
    listener.status, listener.body = 202, b""
    issued = redeemed()
    settle()
    handle = issued.entitlement().handle
    assert (state(), Provisioning.objects.get().got) == ("assigned", "maybe")
    return issued, handle, f"{handle}:3"


def test_accepted_now_and_confirmed_later(listener: Listener, client: Client) -> None:
    _, handle, key = accepted(listener)

    answer = confirm(client, handle, {"key": key, "reference": "kit-9"})

    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "entitlement": handle,
        "version": 4,
        "wanted": "active",
        "got": "active",
        "reference": "kit-9",
    }
    assert state() == "fulfilled"
    entries = Entry.objects.count()
    assert confirm(client, handle, {"key": key, "reference": "kit-9"}).json() == answer.json()
    assert Entry.objects.count() == entries


def test_what_is_never_confirmed_is_asked_again_and_then_parked(
    listener: Listener, client: Client
) -> None:
    _, handle, key = accepted(listener)
    at = now()

    settle(at=at + timedelta(minutes=6))
    assert len(listener.told) == 2
    settle(at=at + timedelta(hours=73))

    case = ExceptionCase.objects.get(kind="provisioning_parked")
    assert case.evidence["error"] == "It was accepted, and is not confirmed yet."
    assert confirm(client, handle, {"key": key, "reference": "kit-9"}).status_code == 200
    assert state() == "fulfilled"
    case.refresh_from_db()
    assert case.resolved_at is not None


def test_withdrawn_before_it_was_confirmed_it_ends_without_a_record(
    listener: Listener, client: Client
) -> None:
    issued, handle, key = accepted(listener)
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")

    answer = confirm(client, handle, {"key": key, "reference": "kit-9"})
    assert (answer.json()["wanted"], answer.json()["got"]) == ("none", "maybe")
    settle()
    assert listener.bodies()[-1]["type"] == "entitlement.deprovision"
    assert Provisioning.objects.get().got == "maybe"
    gone = confirm(client, handle, {"key": key})

    assert (gone.json()["wanted"], gone.json()["got"]) == ("none", "none")
    assert state() == "revoked"


def test_what_was_not_asked_for_cannot_be_confirmed(listener: Listener, client: Client) -> None:
    _, handle, key = accepted(listener)
    stranger = issue_one(reference="other").entitlement().handle
    before = Entry.objects.count()
    for where, body, status in (
        (handle, {"key": f"{handle}:2", "reference": "x"}, 409),
        (handle, {"key": f"{stranger}:3", "reference": "x"}, 409),
        (handle, {"key": "nonsense", "reference": "x"}, 409),
        (handle, {"key": key}, 409),
        (stranger, {"key": f"{stranger}:1", "reference": "x"}, 404),
        ("ent_nonsense", {"key": key, "reference": "x"}, 404),
        (handle, {"reference": "x"}, 422),
    ):
        assert confirm(client, where, body).status_code == status, (where, body)

    assert Entry.objects.count() == before
    assert Provisioning.objects.get().got == "maybe"


def test_only_a_key_of_the_house_with_the_scope_may_confirm(
    listener: Listener, client: Client
) -> None:
    _, handle, key = accepted(listener)
    body = {"key": key, "reference": "kit-9"}

    assert confirm(client, handle, body, Scope.TRACE).status_code == 403
    assert confirm(client, handle, body, partner=partner()).status_code == 403
    assert state() == "assigned"


@pytest.mark.parametrize("secrets", [[], ["nonsense"], ["whsec_!"], ["whsec_c2hvcnQ="]])
def test_nothing_leaves_without_a_proper_secret(
    listener: Listener, settings: Any, secrets: list[str]
) -> None:
    settings.COUNTERFOIL_PROVISIONER_SECRETS = secrets
    redeemed()
    settle()

    assert listener.told == []
    assert "secret" in Provisioning.objects.get().last_error
