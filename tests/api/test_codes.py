"""Looking at codes and redeeming them over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from tests.api.conftest import Post
from tests.rings import with_third

from counterfoil.models import Account, Assignment, Attempt, Entry, HoldKind, Person
from counterfoil.operations.open_account import open_account
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.revoke import revoke
from counterfoil.rules.codes import display, draw_code
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import OPERATOR, issue_one, now

pytestmark = pytest.mark.django_db

ANA = {"external_reference": "user-1"}


def test_check_tells_what_a_code_would_give(post: Post) -> None:
    issued = issue_one()

    answer = post("/v1/codes/check", {"code": display(issued.code).lower()})

    assert answer.status_code == 200
    body = answer.json()
    assert body["entitlement"] == issued.entitlement().handle
    assert body["state"] == "ready"
    assert body["product"]["sku"] == "DNA-STD"
    assert body["needs_subject"] is True
    assert issued.entitlement().state == State.ISSUED


def test_redeem_assigns_to_the_account_and_may_be_repeated(post: Post) -> None:
    issued = issue_one()

    first = post("/v1/codes/redeem", {"code": issued.code, "account": ANA}).json()
    again = post("/v1/codes/redeem", {"code": issued.code, "account": ANA}).json()

    assert first["repeated"] is False
    assert again == first | {"repeated": True}
    assert str(Assignment.objects.get().account_id) == first["account"]
    entry = Entry.objects.get(move="redeem")
    assert entry.actor_display == "back office"
    assert Attempt.objects.get().outcome == "ok"


@pytest.mark.parametrize("more", [{}, {"Idempotency-Key": "one"}], ids=["once", "keyed"])
@pytest.mark.parametrize("named", [{"external_reference": "user-9"}, {"email": "eva@example.com"}])
def test_a_refused_code_leaves_no_account_and_is_remembered(
    client: Client, key: Callable[..., str], more: dict[str, str], named: dict[str, str]
) -> None:
    headers = {"Authorization": f"Bearer {key(Scope.REDEEM)}"} | more
    body = {"code": draw_code(), "account": named}

    answer = client.post("/v1/codes/redeem", body, content_type="application/json", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "code_not_usable")
    assert not Account.objects.exists()
    assert not Person.objects.exists()
    assert Attempt.objects.get().outcome == "code_not_found"


@override_settings(COUNTERFOIL_KEYS=with_third("index"))
def test_checking_and_redeeming_ask_the_database_no_more_than_they_must(
    client: Client, key: Callable[..., str]
) -> None:
    headers, asked = {"Authorization": f"Bearer {key(Scope.CHECK, Scope.REDEEM)}"}, list[str]()

    def told(path: str, code: str, **more: Any) -> int:
        body = {"code": code, **more}
        answer = client.post(path, body, content_type="application/json", headers=headers)
        return answer.status_code

    def watch(execute: Any, sql: str, *call: Any) -> Any:
        asked.append(sql)
        return execute(sql, *call)

    open_account(external_reference="user-1", by=SYSTEM, at=now())
    told("/v1/codes/check", issue_one().code)  # remembers when the key was used
    for code in (issue_one().code, issue_one().code, issue_one().code):
        told("/v1/codes/check", code)  # leases calls
        asked.clear()
        with connection.execute_wrapper(watch):
            assert told("/v1/codes/check", code) == 200
            assert told("/v1/codes/redeem", code, account=ANA) == 200
        if not any("_callstaken" in sql for sql in asked):  # a minute began: leased anew
            break

    known = ["_apikey", "_code", "_apikey", "_account", "SAVEPOINT", "_code", "RELEASE"]
    assert len(asked) == len(known), asked
    assert all(name in sql for name, sql in zip(known, asked, strict=True)), asked
    assert max(map(len, asked)) <= 4_096, "the driver would read it anew each time"


def test_somebody_else_gets_a_neutral_answer_and_staff_the_reason(post: Post) -> None:
    issued = issue_one()
    post("/v1/codes/redeem", {"code": issued.code, "account": ANA})

    answer = post("/v1/codes/redeem", {"code": issued.code, "account": {"email": "b@example.com"}})

    assert answer.status_code == 409
    assert answer.json()["code"] == "code_not_usable"
    assert list(Attempt.objects.order_by("at").values_list("outcome", flat=True)) == [
        "ok",
        "code_already_used",
    ]


def test_every_unusable_code_gets_the_same_answer(post: Post) -> None:
    held, revoked = issue_one(), issue_one()
    place_hold(
        entitlement_ids=[held.id],
        kind=HoldKind.FRAUD,
        reference="1",
        by=OPERATOR,
        at=now(),
        reason="fraud",
    )
    revoke(entitlement_ids=[revoked.id], by=OPERATOR, at=now(), reason="mistake")

    answers = {
        (answer.status_code, answer.content)
        for code in (held.code, revoked.code, draw_code())
        for answer in [post("/v1/codes/check", {"code": code})]
    }

    assert len(answers) == 1


def test_a_key_that_may_read_reasons_is_told(post: Post, key) -> None:  # type: ignore[no-untyped-def]
    answer = post("/v1/codes/check", {"code": draw_code()}, token=key(Scope.CHECK, Scope.REASONS))
    assert (answer.status_code, answer.json()["code"]) == (404, "code_not_found")


def test_a_mistyped_code_is_said_to_be_one_and_counts_for_nothing(post: Post) -> None:
    answer = post("/v1/codes/check", {"code": "hello"})
    assert (answer.status_code, answer.json()["code"]) == (422, "code_malformed")
    assert answer["Content-Type"] == "application/problem+json"
    assert not Attempt.objects.get().counted


@pytest.mark.parametrize("token", ["", "nonsense", "cfk_00000000_x", "cfk_"])
def test_without_a_right_key_nobody_is_let_in(post: Post, token: str) -> None:
    answer = post("/v1/codes/check", {"code": draw_code()}, token=token)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert not Attempt.objects.exists()


def test_a_key_without_the_scope_may_not(post: Post, key) -> None:  # type: ignore[no-untyped-def]
    issued = issue_one()
    body = {"code": issued.code, "account": ANA}
    answer = post("/v1/codes/redeem", body, token=key(Scope.CHECK))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert issued.entitlement().state == State.ISSUED


def test_a_key_that_guesses_too_much_is_stopped(post: Post, key, settings) -> None:  # type: ignore[no-untyped-def]
    settings.COUNTERFOIL_GUESS_LIMITS = {"key": 2, "session": 10, "address": 20, "network": 100}
    token, issued = key(Scope.CHECK), issue_one()
    for _ in range(2):
        assert post("/v1/codes/check", {"code": draw_code()}, token=token).status_code == 409

    answer = post("/v1/codes/check", {"code": issued.code}, token=token)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert int(answer["Retry-After"]) > 3000


@pytest.mark.parametrize(
    ("body", "code"),
    [("{", "malformed_request"), ('{"code": 1, "extra": 2}', "invalid_request"), ("[]", None)],
)
def test_a_body_that_does_not_fit_is_refused_without_repeating_it(
    post: Post, body: str, code: str | None
) -> None:
    answer = post("/v1/codes/check", body)
    assert answer.status_code in (400, 422)
    assert code in (None, answer.json()["code"])
