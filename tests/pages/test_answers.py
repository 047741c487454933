"""The public answer: one for every code of no use, and nobody learns more by asking."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from counterfoil.conf import conf
from counterfoil.models import Assignment, Attempt, Entry
from counterfoil.pages import presented
from counterfoil.rules.codes import draw_code
from counterfoil.testing.builders import issue_one, make_account, now
from tests.pages.unusable import KINDS, expired, on_hold, replaced, revoked, spent, unknown
from tests.pages.visits import body, enter, inspect_link, sign_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _many_guesses(settings: Settings) -> None:
    settings.COUNTERFOIL_GUESS_LIMITS = dict.fromkeys(conf.GUESS_LIMITS, 1000)


def visible(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """Give all of an answer that a stranger can look at, but the number drawn for each request."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    return answer.status_code, headers, body(answer)


@pytest.mark.parametrize("post", [enter, inspect_link])
def test_strangers_cannot_tell_the_kinds_apart(post: Callable[..., object]) -> None:
    codes = [kind() for kind in KINDS]
    entries = Entry.objects.count()

    answers = [visible(post(Client(), code)) for code in codes]

    assert answers[0][0] == 422
    assert b"This code cannot be used here" in answers[0][2]
    assert all(answer == answers[0] for answer in answers)
    assert Entry.objects.count() == entries


def test_neither_can_somebody_signed_in_whom_it_does_not_concern() -> None:
    client = Client()
    sign_in(client, make_account("bob@example.com"))

    answers = [visible(enter(client, kind())) for kind in KINDS]

    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("late", [spent, replaced, revoked, on_hold])
def test_what_became_of_it_before_claiming_is_not_told(late: Callable[[], str]) -> None:
    bob, client = make_account("bob@example.com"), Client()
    sign_in(client, bob)
    client.cookies["sessionid"] = _session_with(client, late())

    answer = client.post(reverse("counterfoil:claim-confirm"))

    assert visible(answer) == visible(enter(client, unknown()))
    assert not Assignment.objects.filter(account=bob).exists()


def _session_with(client: Client, code: str) -> str:
    request = RequestFactory().get("/")
    request.session = client.session
    presented.keep(request, code, at=now())
    request.session.save()
    return str(request.session.session_key)


def test_staff_know_the_reason() -> None:
    for kind in KINDS:
        enter(Client(), kind())

    outcomes = list(
        Attempt.objects.filter(counted=True).order_by("at").values_list("outcome", flat=True)
    )
    assert outcomes == [
        "code_not_found",
        "code_already_used",
        "code_replaced",
        "entitlement_revoked",
        "entitlement_on_hold",
        "entitlement_expired",
        "entitlement_reserved",
        "entitlement_not_sold",
        "entitlement_is_test",
    ]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (spent, "This code was used"),
        (replaced, "This code was replaced"),
        (revoked, "This code is not available"),
        (on_hold, "This code is not available"),
        (expired, "This code has expired"),
        (unknown, "This code cannot be used here"),
    ],
)
def test_the_buyer_is_told_precisely(kind: Callable[[], str], told: str) -> None:
    client = Client()
    code = kind()
    sign_in(client, make_account("ann.buyer@example.com"))

    answer = enter(client, code)

    assert answer.status_code == 422
    assert told in text(answer)


class TestGuessing:
    def test_is_stopped_for_a_while(self, client: Client, settings: Settings) -> None:
        settings.COUNTERFOIL_GUESS_LIMITS = {"session": 10, "address": 3, "network": 9, "key": 9}
        issued = issue_one()
        for _ in range(3):
            assert enter(client, draw_code()).status_code == 422

        stopped, right = enter(client, draw_code()), enter(client, issued.code)

        assert stopped.status_code == right.status_code == 429
        assert 0 < int(stopped.headers["Retry-After"]) <= 3600
        assert "Too many tries" in text(stopped)
        assert Attempt.objects.filter(counted=True).count() == 3
        part = inspect_link(client, issued.code)
        assert part.status_code == 429
        assert "Too many codes were tried" in text(part)

    def test_is_counted_by_what_the_trusted_proxy_says(self, settings: Settings) -> None:
        settings.COUNTERFOIL_GUESS_LIMITS = {"session": 99, "address": 2, "network": 99, "key": 9}
        settings.COUNTERFOIL_TRUSTED_HOPS = 1

        def guess(forwarded: str) -> int:
            return enter(Client(headers={"X-Forwarded-For": forwarded}), draw_code()).status_code

        assert [guess(f"10.9.9.{lie}, 203.0.113.7") for lie in range(3)] == [422, 422, 429]
        assert guess("203.0.113.7, 203.0.113.8") == 422

    def test_mistyping_costs_nothing(self, client: Client, settings: Settings) -> None:
        settings.COUNTERFOIL_GUESS_LIMITS = {"session": 1, "address": 1, "network": 1, "key": 1}
        for _ in range(3):
            assert enter(client, "7K3M-9QXT-2B5N-RWE8").status_code == 422
