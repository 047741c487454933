"""Using a code on the page: what it shows, what it refuses, and that looking changes nothing."""

import json
import logging
from base64 import b64encode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from counterfoil.models import Assignment, Attempt, Entry
from counterfoil.pages import presented
from counterfoil.rules.codes import display
from counterfoil.rules.lifecycle import State
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import issue_one, make_account
from tests.pages.visits import enter, inspect_link, sign_in, text

pytestmark = pytest.mark.django_db
CLAIM = "/c"
CONFIRM = "/c/confirm/"


def test_shows_what_a_code_is_and_uses_nothing(client: Client) -> None:
    issued = issue_one()

    answer = enter(client, display(issued.code).lower())
    page = client.get(CLAIM)

    assert answer.status_code == 302
    assert answer.headers["Location"] == CLAIM
    assert "Dog DNA test" in text(page)
    assert issued.code[-4:] in text(page)
    assert "Send me the digits" in text(page)
    assert issued.entitlement().state == State.ISSUED
    assert Entry.objects.count() == 1
    assert not Attempt.objects.exists()


def test_the_code_appears_nowhere_on_the_way(client: Client) -> None:
    issued = issue_one()

    answer = enter(client, issued.code)

    kept = json.dumps(client.session[presented.KEY])
    for form in (issued.code, display(issued.code), b64encode(issued.code.encode()).decode()):
        assert form not in answer.headers["Location"]
        assert form not in client.get(CLAIM).content.decode()
        assert form not in kept
        assert form not in Session.objects.get().session_data


def test_no_line_of_a_log_has_the_code(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    issued = issue_one()
    sign_in(client, make_account())

    with caplog.at_level(logging.DEBUG):
        enter(client, issued.code)
        client.post(CONFIRM)
        enter(Client(), issued.code)
        inspect_link(Client(), issued.code)

    assert issued.code not in caplog.text
    assert display(issued.code) not in caplog.text


def test_claims_for_whoever_is_signed_in(client: Client) -> None:
    issued, ana = issue_one(), make_account()
    sign_in(client, ana)
    enter(client, issued.code)
    assert "It will belong to" in text(client.get(CLAIM))

    answer = client.post(CONFIRM)

    assignment = Assignment.objects.get()
    assert assignment.account == ana
    assert issued.entitlement().state == State.ASSIGNED
    assert answer.headers["Location"] == f"/c/claimed/{assignment.pk}/"
    assert presented.KEY not in client.session
    assert "One thing is missing" in text(client.get(answer.headers["Location"]))
    assert Attempt.objects.get().outcome == "ok"


def test_says_that_it_is_being_set_up_where_nothing_is_missing(client: Client) -> None:
    issued, ana = issue_one(terms=Terms()), make_account()
    sign_in(client, ana)
    enter(client, issued.code)

    answer = client.post(CONFIRM, follow=True)

    assert "It is being set up" in text(answer)


def test_claiming_twice_gives_the_same_answer(client: Client) -> None:
    issued, ana = issue_one(), make_account()
    sign_in(client, ana)
    enter(client, issued.code)
    first = client.post(CONFIRM)

    again = enter(client, issued.code)
    pressed_twice = client.post(CONFIRM)

    assert again.headers["Location"] == first.headers["Location"]
    assert pressed_twice.headers["Location"] == first.headers["Location"]
    assert Entry.objects.count() == 2


def test_nobody_claims_without_signing_in(client: Client) -> None:
    issued = issue_one()
    enter(client, issued.code)

    answer = client.post(CONFIRM)

    assert answer.headers["Location"] == CLAIM
    assert issued.entitlement().state == State.ISSUED


def test_nothing_is_claimed_that_was_not_presented(client: Client) -> None:
    issue_one()
    sign_in(client, make_account())

    assert client.post(CONFIRM).headers["Location"] == CLAIM
    assert not Assignment.objects.exists()


def test_what_was_presented_lapses_with_its_seal(client: Client) -> None:
    issued = issue_one()
    enter(client, issued.code)
    session = client.session
    key_id, _ = session[presented.KEY]
    session[presented.KEY] = [key_id, b64encode(b"not what was sealed").decode()]
    session.save()

    assert "16 or 24 letters and digits" in text(client.get(CLAIM))


def test_somebody_quicker_is_told_of_neutrally(client: Client) -> None:
    issued, ana, bob = issue_one(), make_account(), make_account("bob@example.com")
    sign_in(client, ana)
    enter(client, issued.code)
    other = Client()
    sign_in(other, bob)
    enter(other, issued.code)
    other.post(CONFIRM)

    late = client.post(CONFIRM)

    assert late.status_code == 422
    assert "This code cannot be used here" in text(late)
    assert Assignment.objects.get().account == bob


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("7K3M-9QXT-2B5N-RWE8", "One character looks wrong"),
        ("7K3M-9QXT-2B5N-RWE", "This is not the length of a code"),
        ("", "This is not the length of a code"),
        ("7K3M-9QXT-2B5N-RWEU", "There is a sign in it that no code has"),
        ("x" * 10_000, "This is not the length of a code"),
    ],
)
def test_helps_with_what_is_mistyped(client: Client, typed: str, told: str) -> None:
    answer = enter(client, typed)

    assert answer.status_code == 422
    assert told in text(answer)
    assert not Attempt.objects.filter(counted=True).exists()


def test_puts_back_what_was_mistyped_and_escapes_it(client: Client) -> None:
    answer = enter(client, '"><script>alert(1)</script>')

    assert "<script>alert" not in text(answer)
    assert "&lt;script&gt;" in text(answer)


def test_the_script_gets_the_part_to_show(client: Client) -> None:
    issued = issue_one()

    part = inspect_link(client, issued.code)

    assert part.status_code == 200
    assert "<html" not in text(part)
    assert "Dog DNA test" in text(part)
    assert "csrfmiddlewaretoken" in text(part)
    assert "Dog DNA test" in text(client.get(CLAIM))


def test_the_script_gets_refusals_as_well(client: Client) -> None:
    part = inspect_link(client, "0123456789ABCDEFGHJKMNPQRS")

    assert part.status_code == 422
    assert "<html" not in text(part)
    assert "This code cannot be used here" in text(part)


def test_another_code_may_be_typed_instead(client: Client) -> None:
    issued = issue_one()
    enter(client, issued.code)

    assert "16 or 24 letters and digits" in text(client.get(f"{CLAIM}?another"))
    assert "Dog DNA test" in text(client.get(CLAIM))


def test_what_was_claimed_is_shown_to_its_holder_only(client: Client) -> None:
    issued, ana = issue_one(), make_account()
    sign_in(client, ana)
    enter(client, issued.code)
    where = client.post(CONFIRM).headers["Location"]

    bob = Client()
    sign_in(bob, make_account("bob@example.com"))

    assert bob.get(where).status_code == 404
    assert Client().get(where).headers["Location"].startswith("/sign-in/?next=")
    assert client.get(reverse("counterfoil:claimed", args=[ana.pk])).status_code == 404
