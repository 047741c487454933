"""My purchases: one's own only, with their codes on request."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from counterfoil.effects.settling import settle
from counterfoil.models import Entry, Purchase
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
from tests.scenes import end

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
    for code in issue_many(5).codes:
        ann = make_assignee("ann.buyer@example.com")
        redeem(code=code, to=ann, by=customer(ann), at=now(), origin=ORIGIN)

    with django_assert_max_num_queries(16):
        buyer.get(MINE)


def test_two_hundred_read_well(buyer: Client) -> None:
    issued = issue_many(200)
    dan = make_assignee("dan@example.com")
    for code in issued.codes[:3]:
        redeem(code=code, to=dan, by=customer(dan), at=now(), origin=ORIGIN)

    page = text(buyer.get(MINE))
    given = text(buyer.get(f"{MINE}?show=given"))
    last = text(buyer.get(f"{MINE}?show=free&page=10"))

    assert "200 \N{MULTIPLICATION SIGN}" in page
    assert "197 free" in page
    assert "3 given away" in page
    assert page.count("No. ") == 20
    assert "Page 1 of 10" in page
    assert given.count("Claimed on") == 3
    assert "No. 200" in last
    assert last.count("No. ") == 17


def test_a_page_that_does_not_exist_is_the_nearest(buyer: Client) -> None:
    issue_many(21)

    for wrong in ("99", "0", "x", "-1", "²", "9" * 400):
        answer = buyer.get(MINE, {"page": wrong, "used": wrong, "show": "nonsense"})
        assert answer.status_code == 200
    assert "No. 21" in text(buyer.get(f"{MINE}?page=99"))


def test_an_old_address_alone_proves_nothing(client: Client) -> None:
    issued = issue_one()
    other = make_account("ann.at.home@example.com")
    Purchase.objects.filter(pk=issued.purchase.pk).update(account=other)
    sign_in(client, make_account("ann.buyer@example.com"))

    assert issued.entitlement().handle not in text(client.get(MINE))
    assert client.get(f"/my/{issued.entitlement().handle}/").status_code == 404
    assert client.post(f"/my/{issued.entitlement().handle}/reveal/").status_code == 404
    sign_in(client, other)
    assert issued.entitlement().handle in text(client.get(MINE))


def test_what_expired_stays_with_what_can_be_done(buyer: Client) -> None:
    issued = issue_one()
    end(issued.id)

    page = text(buyer.get(MINE))
    unit = text(buyer.get(f"/my/{issued.entitlement().handle}/"))

    assert "Expired" in page
    assert "was valid until" in page
    assert "What can I do?" in page
    assert "Nobody used it in time" in unit
    assert "Use it myself" not in unit
    assert "Show code" not in unit
