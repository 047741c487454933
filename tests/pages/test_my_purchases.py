"""My purchases: one's own only, with their codes on request."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from counterfoil.effects.settling import settle
from counterfoil.models import Entry
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.operations.unassign import unassign
from counterfoil.rules.codes import display
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    customer,
    issue_many,
    issue_one,
    make_account,
    make_assignee,
    now,
)
from tests.pages.visits import sign_in, text

pytestmark = pytest.mark.django_db
MINE = "/my/"


@pytest.fixture
def buyer(client: Client) -> Client:
    """Be the person who buys in the builders."""
    sign_in(client, make_account("ann.buyer@example.com"))
    return client


def test_strangers_sign_in_first(client: Client) -> None:
    assert client.get(MINE).headers["Location"] == "/sign-in/?next=%2Fmy%2F"
    assert client.post("/my/ent_x/reveal/").status_code in (302, 404)


def test_lists_what_was_bought_with_codes_masked(buyer: Client) -> None:
    issued = issue_many(2)

    page = text(buyer.get(MINE))

    assert issued.purchase.external_reference in page
    assert page.count("Ready to use") == 2
    assert all(f"••••-••••-••••-{code[-4:]}" in page for code in issued.codes)
    assert not any(code in page or display(code) in page for code in issued.codes)


def test_lists_nothing_of_anybody_else(client: Client) -> None:
    issue_one()
    sign_in(client, make_account("bob@example.com"))

    page = text(client.get(MINE))

    assert "Nothing was bought with" in page
    assert "bob@example.com" in page


def test_shows_a_code_on_request_and_keeps_who_saw_it(buyer: Client) -> None:
    issued = issue_one()
    handle = issued.entitlement().handle

    answer = buyer.post(f"/my/{handle}/reveal/")

    groups = [issued.code[start : start + 4] for start in range(0, 16, 4)]
    assert all(f'<span class="code-group">{group}</span>' in text(answer) for group in groups)
    assert answer.headers["Cache-Control"] == "no-store"
    entry = Entry.objects.latest("seq")
    assert (entry.act_name, entry.actor_kind) == ("reveal_code", "customer")
    assert "code-group" not in text(buyer.get(MINE))


def test_shows_no_code_of_anybody_else(client: Client) -> None:
    issued = issue_one()
    sign_in(client, make_account("bob@example.com"))

    answer = client.post(f"/my/{issued.entitlement().handle}/reveal/")

    assert answer.status_code == 404
    assert Entry.objects.count() == 1


def test_a_plain_visit_reveals_nothing(buyer: Client) -> None:
    issued = issue_one()

    answer = buyer.get(f"/my/{issued.entitlement().handle}/reveal/")

    assert answer.headers["Location"] == MINE
    assert Entry.objects.count() == 1


def test_what_somebody_claimed_is_in_use_and_cannot_be_shown(buyer: Client) -> None:
    issued, bob = issue_one(), make_assignee("bob@example.com")
    redeem(code=issued.code, to=bob, by=customer(bob), at=now(), origin=ORIGIN)

    page = text(buyer.get(MINE))
    answer = buyer.post(f"/my/{issued.entitlement().handle}/reveal/")

    assert "In use" in page
    assert "Claimed on" in page
    assert "Show code" not in page
    assert "bob" not in page
    assert answer.status_code == 409
    assert "That is not possible any more" in text(answer)


def test_lists_what_one_has_from_claim_to_end(client: Client) -> None:
    ana = make_assignee()
    issued = issue_one()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    sign_in(client, make_account())
    assert "Say who it is for" in text(client.get(MINE))

    complete_subject(entitlement_id=issued.id, answers={"name": "Miso"}, by=customer(ana), at=now())
    assert "for Miso" in text(client.get(MINE))
    assert "Being set up" in text(client.get(MINE))

    settle()
    assert "Ready to use" in text(client.get(MINE))

    unassign(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="mistake")
    assert "Ended" in text(client.get(MINE))


def test_what_was_withdrawn_is_not_available(buyer: Client) -> None:
    issued = issue_one()
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")

    page = text(buyer.get(MINE))

    assert "Not available" in page
    assert "Show code" not in page


def test_asks_no_more_for_many_than_for_one(
    buyer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        issue_many(3)

    with django_assert_max_num_queries(9):
        buyer.get(MINE)
