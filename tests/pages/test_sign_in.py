"""Signing in by a one-time code, from anywhere and in the middle of claiming."""

import re

import pytest
from django.core import mail
from django.test import Client

from counterfoil.effects.settling import settle
from counterfoil.models import Account, Attempt, SignIn
from counterfoil.pages import presented
from counterfoil.testing.builders import issue_one, make_account
from counterfoil.web.visitor import ACCOUNT
from tests.pages.visits import enter, sign_in, text

pytestmark = pytest.mark.django_db
SIGN_IN, CODE, MINE = "/sign-in/", "/sign-in/code/", "/my/"


def digits() -> str:
    """Do the worker's work, and read the digits from the newest mail that has some."""
    settle()
    bodies = [str(sent.body) for sent in mail.outbox if "digits" in sent.subject]
    return str(re.findall(r"\b\d{6}\b", bodies[-1])[0])


def test_goes_from_address_to_digits_to_where_one_wanted_to_be(client: Client) -> None:
    asked = client.post(SIGN_IN, {"email": "Ana@Example.com", "next": MINE})
    page = text(client.get(asked.headers["Location"]))
    assert "a•••@example.com" in page

    given = digits()
    answer = client.post(CODE, {"one_time_code": f" {given[:3]} {given[3:]} ", "next": MINE})

    assert mail.outbox[0].to == ["ana@example.com"]
    assert answer.headers["Location"] == MINE
    assert client.session[ACCOUNT] == str(Account.objects.get().pk)
    assert "Signed in as <bdi>ana@example.com</bdi>" in text(client.get(MINE))


def test_the_session_has_a_new_key_afterwards(client: Client) -> None:
    client.post(SIGN_IN, {"email": "ana@example.com"})
    before = client.session.session_key

    client.post(CODE, {"one_time_code": digits()})

    assert client.session.session_key != before


def test_what_was_presented_survives_signing_in(client: Client) -> None:
    enter(client, issue_one().code)
    asked = client.post(SIGN_IN, {"email": "ana@example.com", "next": "/c"})
    assert asked.headers["Location"] == "/c"
    assert "The six digits from our mail" in text(client.get("/c"))

    answer = client.post(CODE, {"one_time_code": digits(), "next": "/c"})

    assert answer.headers["Location"] == "/c"
    assert presented.KEY in client.session
    assert "It will belong to <bdi><b>ana@example.com</b></bdi>" in text(client.get("/c"))


def test_wrong_digits_are_told_where_they_were_typed(client: Client) -> None:
    enter(client, issue_one().code)
    client.post(SIGN_IN, {"email": "ana@example.com", "next": "/c"})
    wrong = f"{(int(digits()) + 1) % 10**6:06d}"

    in_claim = client.post(CODE, {"one_time_code": wrong, "next": "/c"})
    alone = client.post(CODE, {"one_time_code": wrong, "next": MINE})

    for answer in (in_claim, alone):
        assert answer.status_code == 422
        assert "These digits do not fit" in text(answer)
    assert "Dog DNA test" in text(in_claim)
    assert ACCOUNT not in client.session


def test_the_digits_are_for_the_browser_that_asked(client: Client) -> None:
    client.post(SIGN_IN, {"email": "ana@example.com"})
    given = digits()

    stranger = Client()
    answer = stranger.post(CODE, {"one_time_code": given})

    assert answer.headers["Location"].startswith(SIGN_IN)
    assert ACCOUNT not in stranger.session
    assert SignIn.objects.get().used_at is None


@pytest.mark.parametrize(
    "typed", ["", "ana", "ana@", "a b@example.com", "x" * 300 + "@example.com"]
)
def test_refuses_what_is_no_address(client: Client, typed: str) -> None:
    answer = client.post(SIGN_IN, {"email": typed})

    assert answer.status_code == 422
    assert "This does not look like an address" in text(answer)
    assert not SignIn.objects.exists()


def test_new_digits_may_be_asked_for(client: Client) -> None:
    client.post(SIGN_IN, {"email": "ana@example.com", "next": MINE})

    answer = client.post(SIGN_IN, {"again": "1", "next": MINE}, follow=True)

    assert "Your e-mail address" in text(answer)


def test_asking_too_often_is_stopped(client: Client) -> None:
    for _ in range(5):
        assert client.post(SIGN_IN, {"email": "ana@example.com"}).status_code == 302

    answer = client.post(SIGN_IN, {"email": "ana@example.com"})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Digits were asked for or entered too often" in text(answer)


def test_digits_are_not_guessed_address_after_address() -> None:
    answers = []
    for number in range(5):
        browser = Client(REMOTE_ADDR="203.0.113.9")
        browser.post(SIGN_IN, {"email": f"victim{number}@example.com"})
        wrong = f"{(int(digits()) + 1) % 10**6:06d}"
        answers += [browser.post(CODE, {"one_time_code": wrong}).status_code for _ in range(5)]

    assert answers == [422] * 20 + [429] * 5
    assert Attempt.objects.filter(counted=True, outcome="sign_in_refused").count() == 20

    elsewhere = Client(REMOTE_ADDR="198.51.100.9")
    elsewhere.post(SIGN_IN, {"email": "ana@example.com"})
    assert elsewhere.post(CODE, {"one_time_code": digits()}).status_code == 302


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_never_leads_elsewhere(client: Client, wanted: str) -> None:
    sign_in(client, make_account())

    answer = client.get(SIGN_IN, {"next": wanted})

    assert answer.headers["Location"] == MINE


def test_signing_out_ends_the_session(client: Client) -> None:
    sign_in(client, make_account())

    answer = client.post("/sign-out/", follow=True)

    assert "You are signed out" in text(answer)
    assert client.get(MINE).status_code == 302
    assert client.get("/sign-out/").status_code == 302


def test_a_plain_visit_does_not_sign_out(client: Client) -> None:
    sign_in(client, make_account())

    client.get("/sign-out/")

    assert client.get(MINE).status_code == 200
