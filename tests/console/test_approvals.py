"""Asking for a second person in the console, and being one."""

from uuid import uuid4

import pytest
from django.test import Client
from tests.batches import batch_request, mint_batch
from tests.console.conftest import SignedIn
from tests.staff import make_colleague

from counterfoil.models import Approval, Entitlement, GrantRecord
from counterfoil.operations.request_batch import request_batch
from counterfoil.testing.builders import make_product, now

pytestmark = pytest.mark.django_db
LIST = "/console/approvals/"


def ask(client: Client, **other: str) -> str:
    """Ask for 21 in the form, and give where that leads."""
    answer = client.post("/console/grant/", form(**other))
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def form(**other: str) -> dict[str, str]:
    return {
        "request_id": str(uuid4()),
        "product": "DNA-STD",
        "quantity": "21",
        "category": "customer_service",
        "why": "A whole club was disappointed",
        "reference_kind": "case",
        "reference": "CASE-1",
        "recipient": "eve@example.com",
    } | other


def test_one_asks_and_another_approves(signed_in: SignedIn) -> None:
    make_product()
    support, boss = signed_in("Support 2"), signed_in("Operations")
    where = ask(support)

    own = support.get(where).content.decode()
    assert "This is your own request" in own
    assert "eve@example.com" not in own
    assert "Approvals <span" not in support.get("/console/").content.decode()
    assert "Approvals <span" in boss.get("/console/").content.decode()
    assert "21 entitlements are issued" in boss.get(where).content.decode()

    done = boss.post(where, {"verdict": "approve"}, follow=True).content.decode()

    assert "Approved, and done." in done
    assert "/console/trace/" in done
    assert GrantRecord.objects.get().quantity == Entitlement.objects.count() == 21
    assert "approved" in support.get(LIST).content.decode()


def test_what_is_said_of_a_grant_is_kept_without_cards_and_addresses(signed_in: SignedIn) -> None:
    make_product()
    support, boss = signed_in("Support 2"), signed_in("Operations")
    said = {"why": "For ann@example.org, 4242 4242 4242 4242", "reference": "ann@example.org"}

    where = ask(support, **said)
    boss.post(where, {"verdict": "approve", "comment": "ask ann@example.org"})

    given = GrantRecord.objects.get()
    assert given.reason == "For a•••@example.org, [card ending 4242]"
    assert given.reference == "a•••@example.org"
    assert Approval.objects.get().comment == "ask a•••@example.org"


def test_what_was_asked_for_is_shown_as_it_was_written(signed_in: SignedIn) -> None:
    make_product()
    where = ask(signed_in("Support 2"), reference="CASE_1_b")

    page = signed_in("Operations").get(where).content.decode()

    assert "CASE_1_b" in page
    assert "customer service" in page


def test_rejecting_needs_a_word(signed_in: SignedIn) -> None:
    make_product()
    where, boss = ask(signed_in("Support 2")), signed_in("Operations")

    refused = boss.post(where, {"verdict": "reject"})
    assert refused.status_code == 409
    assert "Say why" in refused.content.decode()
    assert boss.post(where, {"verdict": "perhaps"}).status_code == 409
    boss.post(where, {"verdict": "reject", "comment": "Too many"})

    assert Approval.objects.get().decision == "rejected"
    page = signed_in("Auditor").get(where).content.decode()
    assert "Too many" in page
    assert not Entitlement.objects.exists()
    again = boss.post(where, {"verdict": "approve"})
    assert again.status_code == 409
    assert "rejected it already" in again.content.decode()


def test_nobody_decides_on_their_own_request_in_the_console(signed_in: SignedIn) -> None:
    make_product()
    boss = signed_in("Operations")
    where = ask(boss)

    assert b'name="verdict"' not in boss.get(where).content
    assert boss.post(where, {"verdict": "approve"}).status_code == 409
    assert not Entitlement.objects.exists()


def test_whoever_may_not_approve_is_refused(signed_in: SignedIn) -> None:
    make_product()
    where = ask(signed_in("Operations"))

    assert signed_in("Support 2").post(where, {"verdict": "approve"}).status_code == 403
    assert not Entitlement.objects.exists()


def test_what_lapsed_is_told_as_such(signed_in: SignedIn) -> None:
    make_product()
    where = ask(signed_in("Support 2"))
    Approval.objects.update(expires_at=now())
    boss = signed_in("Operations")

    assert "Nobody decided in time" in boss.get(where).content.decode()
    assert "nobody in time" in boss.get(LIST).content.decode()
    assert boss.post(where, {"verdict": "approve"}).status_code == 409


def test_a_request_for_a_batch_shows_the_key_and_the_batch(signed_in: SignedIn) -> None:
    olga = make_colleague("olga")
    batch = request_batch(**batch_request(make_product(), by=olga))
    where = f"{LIST}{Approval.objects.get().pk}/"
    boss = signed_in("Operations")

    page = boss.get(where).content.decode()
    assert batch.key_fingerprint in page
    assert f"/console/batches/{batch.pk}/" in page
    assert "on the telephone" in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"quantity": "100001"}, "From 1 to 100000"),
        ({"reference_kind": ""}, "Choose one."),
        ({"reference_kind": "order", "reference": "nope"}, "no such order or account"),
        ({"category": "partner_distribution"}, "which partner"),
        ({"partner": "nobody"}, "not there any more"),
    ],
)
def test_a_grant_that_cannot_be_says_so(support: Client, wrong: dict[str, str], told: str) -> None:
    make_product()

    answer = support.post("/console/grant/", form(**wrong))

    assert answer.status_code == 409
    assert told in answer.content.decode()
    assert not Approval.objects.exists()


def test_lists_without_anything_say_so(signed_in: SignedIn) -> None:
    auditor = signed_in("Auditor")
    assert "Nothing waits" in auditor.get(LIST).content.decode()
    assert "Nothing was printed yet" in auditor.get("/console/batches/").content.decode()
    mint_batch(make_product())
    assert "Nothing was printed yet" not in auditor.get("/console/batches/").content.decode()
