"""Repairs and gifts over the API: what the console does, with the same reasons."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from tests.partnership import make_clinic
from tests.records import assert_kept, unchanged
from tests.scenes import use

from counterfoil.api import entitlement_bodies
from counterfoil.console.acts import REASONS as OF_THE_CONSOLE
from counterfoil.effects.settling import settle
from counterfoil.models import AuditEntry, Code, Entry, Gift, Provisioning, WriteBack
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.acts import Act
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.reasons import REASONS
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import Issued, issue_one, make_assignee, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client: Client, key: Callable[..., str]) -> Callable[..., Any]:
    """Act on an entitlement as the house."""
    bearer = f"Bearer {key(Scope.REPAIR, Scope.GIFTS)}"

    def calling(method: str, issued: Issued, path: str, body: Any = None) -> Any:
        given = {} if body is None else {"data": body, "content_type": "application/json"}
        where = f"/v1/entitlements/{issued.entitlement().handle}{path}"
        return getattr(client, method)(where, headers={"Authorization": bearer}, **given)

    return calling


def why(reason: str, **more: Any) -> dict[str, Any]:
    return {"reason": reason} | more


def test_withdrawn_brought_back_and_extended(call: Any) -> None:
    issued = issue_one()
    assert call("post", issued, "/revoke", why("fraud")).json()["state"] == "revoked"
    refused = call("post", issued, "/extend", why("goodwill", until=None))
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_move")
    assert call("post", issued, "/reinstate", why("mistake")).json()["state"] == "issued"
    until = (now() + timedelta(days=400)).isoformat()
    told = call("post", issued, "/extend", why("goodwill", until=until, ticket="SUP-7")).json()
    assert told["expires_at"][:10] == until[:10]
    entry = Entry.objects.latest("seq")
    assert (entry.reason, entry.data["case"]) == ("goodwill", "SUP-7")
    assert call("post", issued, "/extend", why("goodwill")).status_code == 422  # until when?
    assert_kept()


def test_holds_are_placed_listed_and_lifted(call: Any) -> None:
    issued = issue_one()
    hold = {"kind": "fraud", "reference": "CASE-1"}
    assert call("post", issued, "/holds", why("fraud") | hold).json()["on_hold"] is True
    with unchanged():
        call("post", issued, "/holds", why("fraud") | hold)
        refused = call("post", issued, "/replace-code", why("lost"))
    assert refused.json()["code"] == "entitlement_on_hold"
    assert call("post", issued, "/holds/lift", why("mistake") | hold).json()["on_hold"] is False
    [told] = call("get", issued, "/holds").json()["holds"]
    assert (told["kind"], told["reference"]) == ("fraud", "CASE-1")
    assert told["lifted_at"] is not None
    dispute = why("fraud", kind="dispute", reference="dp_1")
    assert call("post", issued, "/holds", dispute).status_code == 422  # comes by itself


def test_a_new_code_is_mailed_and_in_no_answer(call: Any) -> None:
    issued = issue_one()
    settle()
    mail.outbox.clear()
    told = [
        call("post", issued, f"/{act}", why("mail_not_received"))
        for act in ("replace-code", "resend")
    ]
    settle()
    new = Code.objects.get(state="live").opened()
    assert new != issued.code
    assert [one.status_code for one in told] == [200, 200]
    assert new in mail.outbox[0].body.replace("-", "")
    for one in told:
        assert new not in one.content.decode().replace("-", "").upper()


def test_what_somebody_has_is_taken_back(call: Any) -> None:
    issued = issue_one()
    assert call("post", issued, "/unassign", why("wrong_person")).json()["code"] == "illegal_move"
    use(issued, make_assignee())
    assert call("post", issued, "/unassign", why("wrong_person")).json()["state"] == "issued"


def test_what_failed_downstream_is_tried_again_at_once(call: Any) -> None:
    issued, past = issue_one(), now() - timedelta(days=4)
    investigated = why("investigated", ticket="SUP-7")
    assert call("post", issued, "/retry-provisioning", investigated).status_code == 404
    row = Provisioning.objects.create(
        entitlement=issued.entitlement(),
        version=1,
        wanted="active",
        got="maybe",
        attempts=30,
        changed_at=past,
        next_attempt_at=past,
        parked_at=past,
    )
    told = call("post", issued, "/retry-provisioning", investigated).json()
    assert told["version"] == issued.entitlement().version
    row.refresh_from_db()
    assert (row.parked_at, row.attempts, row.next_attempt_at > past) == (None, 0, True)
    assert Entry.objects.latest("seq").act_name == "retry_provisioning"
    Provisioning.objects.update(got="active")
    with unchanged():
        call("post", issued, "/retry-provisioning", investigated)
        refused = call("post", issued, "/retry-provisioning", why("fraud"))
    assert refused.status_code == 422


def test_a_channel_is_shown_again_what_was_issued(client: Client, key: Callable[..., str]) -> None:
    issued, past = issue_one(), now() - timedelta(days=4)
    headers = {"Authorization": f"Bearer {key(Scope.REPAIR)}"}
    where = f"/v1/purchases/{issued.purchase.pk}/retry-write-back"
    assert client.post(where, headers=headers).status_code == 404
    row = WriteBack.objects.create(
        purchase=issued.purchase,
        wanted_version=2,
        got_version=1,
        attempts=30,
        changed_at=past,
        next_attempt_at=past,
        parked_at=past,
        last_error="403",
    )
    told = client.post(where, headers=headers).json()
    assert (told["is_shown"], told["last_error"]) == (False, "403")
    row.refresh_from_db()
    assert (row.parked_at, row.attempts, row.next_attempt_at > past) == (None, 0, True)
    assert AuditEntry.objects.filter(act="retry_write_back").count() == 1
    WriteBack.objects.update(got_version=2)
    with unchanged():
        assert client.post(where, headers=headers).json()["is_shown"] is True


def test_a_gift_is_given_corrected_and_called_off(call: Any) -> None:
    issued = issue_one()
    assert call("get", issued, "/gift").status_code == 404
    later = (now() + timedelta(days=3)).isoformat()
    gift = why("customer_asked", recipient_mail="eva@example.com", send_at=later, message="Hello")
    told = call("put", issued, "/gift", gift)
    assert told.status_code == 200
    assert (told.json()["standing"], told.json()["has_message"]) == ("scheduled", True)
    assert "eva@" not in told.content.decode()
    with unchanged():
        assert call("put", issued, "/gift", gift).json() == told.json()
    mail = why("wrong_person", recipient_mail="eve@example.org")
    assert call("post", issued, "/gift/correct", mail).json()["is_open"] is True
    assert call("delete", issued, "/gift?reason=other").status_code == 422
    over = call("delete", issued, "/gift?reason=customer_asked").json()
    assert (over["standing"], over["is_open"]) == ("cancelled", False)
    assert not Gift.objects.filter(ended_at=None).exists()
    wrong = call("put", issued, "/gift", why("customer_asked", recipient_mail="nobody"))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "mail_invalid")


def test_a_reason_is_one_of_the_consoles_and_another_is_said_in_words(call: Any) -> None:
    issued = issue_one()
    with unchanged():
        for body in (why("boredom"), {}, why("other"), why("other", comment=" ")):
            assert call("post", issued, "/revoke", body).status_code == 422
    said = f"they wrote {issued.code} to ann@example.com"
    assert call("post", issued, "/revoke", why("other", comment=said)).status_code == 200
    kept = Entry.objects.latest("seq").comment
    assert issued.code not in kept
    assert "ann@example.com" not in kept
    assert {act: OF_THE_CONSOLE[act] for act in REASONS} == dict(REASONS)
    schema = entitlement_bodies.RevokeRequest.model_json_schema()
    assert schema["properties"]["reason"]["enum"] == list(REASONS[Act.REVOKE])


def test_no_key_of_a_partner_repairs(client: Client) -> None:
    issued = issue_one()
    made = create_api_key(
        name="p", scopes=list(Scope), by=SYSTEM, at=now(), partner=make_clinic().partner
    )
    headers = {"Authorization": f"Bearer {made.secret}", "Idempotency-Key": "k"}
    handle = issued.entitlement().handle
    with unchanged():
        for path in ("revoke", "holds", "resend"):
            where = f"/v1/entitlements/{handle}/{path}"
            answer = client.post(
                where, why("mistake"), content_type="application/json", headers=headers
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
