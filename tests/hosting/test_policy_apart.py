"""The host's policy is asked while no transaction is open and nothing locked, whoever calls."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from counterfoil.hosting.policy import require_usable
from counterfoil.intake.converging import converge_some
from counterfoil.models import Account, Attempt, Entitlement, ExceptionCase, Purchase, Reply
from counterfoil.models.ids import handle_of
from counterfoil.operations.cancel_declared_order import cancel_declared_order
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.policies import (
    ALLOW,
    RedeemRequest,
    RefundAnswer,
    RefundRequest,
    Verdict,
    refuse,
)
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import issue_one, make_assignee, make_product, now
from tests.api.partners import an_order, make_teller
from tests.converged import use_one
from tests.records import unchanged

pytestmark = pytest.mark.django_db(transaction=True)
ANA = {"account": {"external_reference": "user-1"}}
OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
   AND state LIKE 'idle in transaction%%'"""
seen: list[tuple[str, int]] = []


class Watches:
    """Sees which transactions of this database wait for its answer."""

    verdict = ALLOW

    def may_redeem(self, request: RedeemRequest) -> Verdict:
        seen.append((request.account, waiting()))
        return self.verdict


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        return int(cursor.fetchone()[0])


@pytest.fixture
def call(client: Client, settings: Any) -> Any:
    """Call as the host's back office, under an idempotency key."""
    settings.COUNTERFOIL_POLICY = f"{__name__}.Watches"
    seen.clear()
    scopes = (Scope.REDEEM, Scope.ASSIGN)
    bearer = create_api_key(name="office", scopes=scopes, by=SYSTEM, at=now()).secret

    def calling(path: str, body: Any, once: str = "k", **more: str) -> Any:
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": once} | more
        return client.post(f"/v1{path}", body, content_type="application/json", headers=headers)

    return calling


def test_nobody_keeps_a_transaction_open_while_it_thinks(call: Any) -> None:
    issued, other = issue_one(), issue_one()
    handle = other.entitlement().handle

    assert call("/codes/redeem", {"code": issued.code} | ANA).json()["repeated"] is False
    assert call(f"/entitlements/{handle}/assign", ANA, "k2").status_code == 200
    to_bob = {"account": {"external_reference": "user-2"}}
    assert call(f"/entitlements/{handle}/transfer", to_bob, "k3").status_code == 200

    assert seen == [("user-1", 0), ("user-1", 0), ("user-2", 0)]


def test_whoever_asks_within_a_transaction_would_be_seen(call: Any) -> None:
    issued = issue_one()
    to = make_assignee()
    with transaction.atomic():
        Account.objects.first()
        require_usable(entitlement_id=issued.id, to=to, surface="api", at=now())

    assert [waited for _, waited in seen] == [1]


def test_what_was_answered_is_answered_again_without_asking(
    call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = issue_one()
    body = {"code": issued.code} | ANA
    first = call("/codes/redeem", body)
    monkeypatch.setattr(Watches, "verdict", refuse("Not any more."))

    with unchanged():
        assert call("/codes/redeem", body).content == first.content

    assert len(seen) == 1


def test_a_partners_call_that_names_no_key_is_refused_before_anything_is_asked(
    client: Client, settings: Any
) -> None:
    settings.COUNTERFOIL_POLICY = f"{__name__}.Watches"
    seen.clear()
    secret = make_teller(client, scopes=(Scope.REDEEM,)).secret
    headers = {"Authorization": f"Bearer {secret}"}

    for code in (issue_one().code, "CFX2-0000-0000-0000-0000"):
        body = {"code": code} | ANA
        with unchanged():
            answer = client.post(
                "/v1/codes/redeem", body, content_type="application/json", headers=headers
            )
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")

    assert seen == []


@pytest.mark.parametrize("act", ["assign", "transfer"])
def test_what_it_refuses_is_not_given(call: Any, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    issued = issue_one()
    handle = issued.entitlement().handle
    if act == "transfer":
        call(f"/entitlements/{handle}/assign", ANA)
    monkeypatch.setattr(Watches, "verdict", refuse("Join the club first."))
    before = issued.entitlement().version

    to_bob = {"account": {"external_reference": "user-2"}}
    refused = call(f"/entitlements/{handle}/{act}", to_bob, "k2")

    assert (refused.status_code, refused.json()["code"]) == (403, "redemption_refused")
    assert "Join the club" in refused.json()["detail"]
    assert issued.entitlement().version == before
    assert not Reply.objects.filter(key="k2").exists()
    refused = call("/codes/redeem", {"code": issue_one().code} | ANA, "k3")
    assert (refused.status_code, Attempt.objects.get().outcome) == (403, "redemption_refused")


@pytest.mark.parametrize("named", [{"external_reference": "user-9"}, {"email": "eva@example.com"}])
def test_whoever_it_refuses_has_no_account_for_having_been_asked_about(
    call: Any, monkeypatch: pytest.MonkeyPatch, named: dict[str, str]
) -> None:
    issued, other = issue_one(), issue_one()
    call(f"/entitlements/{other.entitlement().handle}/assign", ANA)
    monkeypatch.setattr(Watches, "verdict", refuse("Join the club first."))
    acts = {"assign": issued.entitlement().handle, "transfer": other.entitlement().handle}

    with unchanged():
        for act, handle in acts.items():
            answer = call(f"/entitlements/{handle}/{act}", {"account": named}, f"{act}-1")
            assert (answer.status_code, answer.json()["code"]) == (403, "redemption_refused")
    accounts = Account.objects.count()
    assert call("/codes/redeem", {"code": issued.code, "account": named}, "r").status_code == 403

    assert (Account.objects.count(), Attempt.objects.count()) == (accounts, 1)
    assert seen[1:] == [(named.get("external_reference", ""), 0)] * 3


@pytest.mark.parametrize("act", ["assign", "transfer"])
def test_nobody_is_asked_of_what_is_not_there_or_was_read_before(call: Any, act: str) -> None:
    handle = issue_one().entitlement().handle

    with unchanged():
        gone = call(f"/entitlements/{handle_of(UUID(int=7))}/{act}", ANA)
        stale = call(f"/entitlements/{handle}/{act}", ANA, **{"If-Match": '"0"'})

    assert (gone.status_code, stale.status_code, seen) == (404, 412, [])


class Looks:
    """Looks at the purchase first, as a host's code may, and waits for nobody."""

    @transaction.atomic
    def on_refund(self, request: RefundRequest) -> RefundAnswer:
        Purchase.objects.select_for_update(nowait=True).get(external_reference=request.purchase)
        Entitlement.objects.select_for_update(nowait=True).get(state="assigned")
        return RefundAnswer.WITHDRAW


def test_it_is_asked_after_the_transaction_of_whoever_told(client: Client, settings: Any) -> None:
    settings.COUNTERFOIL_POLICY = f"{__name__}.Looks"
    vets = make_teller(client, make_product())
    assert vets.post("", an_order()).status_code == 201
    use_one(Purchase.objects.get())

    told = vets.post("/PO-1/cancel", {"reference": "C-1", "whole": True})

    assert told.status_code == 200, told.json()
    assert not ExceptionCase.objects.filter(kind="adapter_failing").exists()
    case = ExceptionCase.objects.get(kind="refund_after_assignment")
    assert case.resolved_by == "The site's policy"
    assert not Entitlement.objects.exclude(state="revoked").exists()


def test_it_is_asked_where_an_order_is_looked_at_in_parts(client: Client, settings: Any) -> None:
    settings.COUNTERFOIL_POLICY = f"{__name__}.Looks"
    vets = make_teller(client, make_product())
    assert vets.post("", an_order()).status_code == 201
    use_one(Purchase.objects.get())
    told = vets.connection
    cancel_declared_order(connection=told, reference="PO-1", by=SYSTEM, at=now())

    converge_some(connection=told, pointer="PO-1")

    case = ExceptionCase.objects.get(kind="refund_after_assignment")
    assert case.resolved_by == "The site's policy"
