"""People in the console: found by their address, masked, and changed for a reason."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import SignedIn

from counterfoil.models import Account, AuditEntry, Person
from counterfoil.operations.request_erasure import request_erasure
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import issue_one, make_account, now

pytestmark = pytest.mark.django_db
ANN, NEW = "ann.buyer@example.com", "ann.new@example.com"
PEOPLE = reverse("counterfoil:console-people")


def person(mail: str = ANN) -> Person:
    known = Person.objects.one_reading(mail)
    assert known is not None
    return known


def at(name: str, mail: str = ANN) -> str:
    return reverse(f"counterfoil:{name}", args=[person(mail).pk])


def body(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


@pytest.fixture
def ann() -> Account:
    issue_one()
    return make_account(ANN)


def test_somebody_is_found_by_the_whole_address_and_shown_masked(
    ann: Account, support: Client
) -> None:
    answer = support.post(PEOPLE, {"mail": " Ann.Buyer@example.com "}, follow=True)

    assert answer.request["PATH_INFO"] == at("console-person")
    assert "a•••@example.com" in body(answer)
    assert ANN not in body(answer)
    assert "1 purchase" in body(answer)


@pytest.mark.parametrize(
    ("mail", "told"), [("ann", "not an address"), ("x@example.com", "Nobody here")]
)
def test_who_is_not_there_is_not_found(support: Client, mail: str, told: str) -> None:
    answer = support.post(PEOPLE, {"mail": mail})

    assert answer.status_code == 422
    assert told in body(answer)


def test_an_address_is_changed_for_a_reason(ann: Account, support: Client) -> None:
    where = at("console-person-address")

    answer = support.post(where, {"mail": NEW, "reason": "customer_asked"})

    assert answer["Location"] == at("console-person", NEW)
    assert Account.objects.get(pk=ann.pk).person_id == person(NEW).pk
    assert AuditEntry.objects.get(act="change_mail").actor_kind == "operator"


def test_accounts_are_joined_for_a_reason(ann: Account, support: Client) -> None:
    other = make_account(NEW)

    support.post(at("console-person-merge"), {"mail": NEW, "reason": "support_case"})

    assert Account.objects.get(pk=other.pk).merged_into_id == ann.pk


def test_somebody_is_erased_for_a_reason_and_the_page_says_what_stays(
    ann: Account, support: Client
) -> None:
    request_erasure(account_id=ann.pk, by=SYSTEM, at=now())
    where, page = at("console-person-erase"), at("console-person")
    before = body(support.get(page))
    assert "Asked to be erased; due" in before
    assert "its code goes on working for whoever has it" in before

    support.post(where, {"reason": "customer_asked", "understood": "on"})

    assert Person.objects.one_reading(ANN) is None
    assert "Erased person" in body(support.get(page))


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("console-person-address", {"mail": NEW}, "Choose why."),
        ("console-person-address", {"mail": "x", "reason": "mistake"}, "not an address"),
        ("console-person-address", {"mail": "taken@x.example", "reason": "mistake"}, "another"),
        ("console-person-merge", {"mail": NEW, "reason": "mistake"}, "Nobody here"),
        ("console-person-merge", {"mail": "taken@x.example"}, "Choose why."),
        ("console-person-merge", {"mail": ANN, "reason": "mistake"}, "one and the same"),
        ("console-person-erase", {"reason": "mistake"}, "cannot be undone"),
        ("console-person-erase", {"understood": "on"}, "Choose why."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    ann: Account, support: Client, name: str, given: dict[str, str], told: str
) -> None:
    make_account("taken@x.example")
    before = list(Account.objects.order_by("pk").values_list())

    answer = support.post(at(name), given)

    assert answer.status_code == 422
    assert told in body(answer)
    assert list(Account.objects.order_by("pk").values_list()) == before
    assert not AuditEntry.objects.exists()


def test_who_has_no_account_cannot_be_given_another_address(support: Client) -> None:
    issue_one()
    Account.objects.all().delete()

    answer = support.post(at("console-person-address"), {"mail": NEW, "reason": "mistake"})

    assert answer.status_code == 422
    assert "it has no account yet" in body(answer)


def test_who_may_only_read_sees_no_forms(ann: Account, signed_in: SignedIn) -> None:
    page = body(signed_in("Auditor").get(at("console-person")))

    assert "Erase this person" not in page
    assert "Change the address" not in page
    assert "Join the accounts" not in page
