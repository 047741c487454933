"""Saying who or what it is for."""

import pytest
from django.test import Client

from counterfoil.models import Assignment, Subject
from counterfoil.operations.redeem import redeem
from counterfoil.operations.unassign import unassign
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_account,
    make_assignee,
    now,
)
from tests.pages.visits import sign_in, text

pytestmark = pytest.mark.django_db


def claimed_by_ana() -> tuple[Issued, str]:
    """Sell one, have it claimed, and give the page that asks for its subject."""
    issued, ana = issue_one(), make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    return issued, f"/c/subject/{Assignment.objects.get(entitlement=issued.id).pk}/"


@pytest.fixture
def ana(client: Client) -> Client:
    """Be the person who claimed."""
    sign_in(client, make_account())
    return client


def test_asks_what_the_terms_ask(ana: Client) -> None:
    _, where = claimed_by_ana()

    page = text(ana.get(where))

    assert 'name="name"' in page
    assert '<option value="female"' in page
    assert "Sex <span" in page  # optional


def test_keeps_the_answers(ana: Client) -> None:
    _, where = claimed_by_ana()

    answer = ana.post(where, {"name": " Miso ", "sex": "female"}, follow=True)

    assert Subject.objects.get().data == {"name": "Miso", "sex": "female"}
    assert Subject.objects.get().kind == "dog"
    assert "Dog DNA test (DNA-STD) for Miso is yours" in text(answer)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"name": "x" * 121}, "This is longer than 120 characters."),
        ({"name": "Miso", "sex": "other"}, "Choose one of these."),
    ],
)
def test_tells_at_the_field_what_is_wrong(ana: Client, given: dict[str, str], told: str) -> None:
    _, where = claimed_by_ana()

    answer = ana.post(where, given)

    assert answer.status_code == 422
    assert "<title>Please check:" in text(answer)
    assert told in text(answer)
    assert 'aria-invalid="true"' in text(answer)
    assert not Subject.objects.exists()


def test_tells_all_that_is_wrong_at_once(ana: Client) -> None:
    _, where = claimed_by_ana()

    answer = text(ana.post(where, {"name": "", "sex": "other"}))

    assert "Please fill this in." in answer
    assert "Choose one of these." in answer


def test_sending_it_twice_changes_nothing(ana: Client) -> None:
    _, where = claimed_by_ana()
    ana.post(where, {"name": "Miso"})

    again, other = ana.post(where, {"name": "Miso"}), ana.post(where, {"name": "Rex"})

    assert again.status_code == 302
    assert other.status_code == 409
    assert Subject.objects.get().data == {"name": "Miso"}
    assert ana.get(where).status_code == 302


def test_is_for_the_holder_only(client: Client) -> None:
    _, where = claimed_by_ana()
    assert client.get(where).headers["Location"].startswith("/sign-in/?next=")

    sign_in(client, make_account("bob@example.com"))

    assert client.get(where).status_code == 404
    assert client.post(where, {"name": "Rex"}).status_code == 404
    assert not Subject.objects.exists()


def test_whoever_had_it_before_says_nothing_about_it_now(ana: Client) -> None:
    issued, where = claimed_by_ana()
    unassign(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="mistake")
    bob = make_assignee("bob@example.com")
    code = issued.entitlement().codes.get(state="live").opened()
    redeem(code=code, to=bob, by=customer(bob), at=now(), origin=ORIGIN)

    assert ana.post(where, {"name": "Rex"}).status_code == 404
    assert not Subject.objects.exists()
