"""My account: another address, one account of two, my data, and being erased."""

import json
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from counterfoil.effects.settling import settle
from counterfoil.models import Account, ExceptionCase, Unsubscription
from counterfoil.models.ids import handle_of
from counterfoil.operations.erase_person import erase_person
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import issue_one, make_account, make_assignee, now
from tests.pages.visits import enter, sign_in, text
from tests.scenes import fulfil, use

pytestmark = pytest.mark.django_db
ANN, NEW = "ann.buyer@example.com", "ann.new@example.com"
PAGE, MAIL = reverse("counterfoil:account"), reverse("counterfoil:account-mail")
CODE, JOIN = reverse("counterfoil:account-mail-code"), reverse("counterfoil:account-join")
ERASURE = reverse("counterfoil:erasure")


@pytest.fixture
def ann(client: Client) -> Client:
    sign_in(client, make_account(ANN))
    return client


def digits() -> str:
    settle()
    bodies = [str(sent.body) for sent in mail.outbox if "digits" in str(sent.subject)]
    return str(re.findall(r"\b\d{6}\b", bodies[-1])[0])


def reached_at(account_id: Any) -> str:
    person = Account.objects.select_related("person").get(pk=account_id).person
    contact = person.contact() if person else None
    return contact.mail if contact else ""


@pytest.mark.django_db(transaction=True)
def test_another_address_is_proved_by_its_digits(ann: Client) -> None:
    account = make_account(ANN)
    elsewhere = Client()
    sign_in(elsewhere, account)

    ann.post(MAIL, {"email": NEW})
    assert "Sent to <bdi>a•••@example.com</bdi>" in text(ann.get(MAIL))
    answer = ann.post(CODE, {"one_time_code": digits()}, follow=True)

    assert "reached at this address from now on" in text(answer)
    assert reached_at(account.pk) == NEW
    assert ann.get(PAGE).status_code == 200  # this browser stays signed in
    assert elsewhere.get(PAGE).status_code == 302  # every other does not


@pytest.mark.django_db(transaction=True)
def test_an_address_with_an_account_is_offered_to_be_joined(ann: Client) -> None:
    other = make_assignee(NEW)
    fulfil(issue_one(), other)
    elsewhere = Client()
    sign_in(elsewhere, make_account(NEW))

    ann.post(MAIL, {"email": NEW})
    ann.post(CODE, {"one_time_code": digits()})
    assert "This address has an account too" in text(ann.get(MAIL))
    answer = ann.post(JOIN, follow=True)

    assert "one now" in text(answer)
    assert NEW in text(answer)
    assert "Rex" in text(ann.get(reverse("counterfoil:my-purchases")))
    assert ANN in text(elsewhere.get(PAGE))  # the other session leads to the same account


@pytest.mark.django_db(transaction=True)
def test_wrong_digits_change_nothing(ann: Client) -> None:
    account = make_account(ANN)
    ann.post(MAIL, {"email": NEW})
    wrong = "111111" if digits() == "000000" else "000000"

    answer = ann.post(CODE, {"one_time_code": wrong})

    assert answer.status_code == 422
    assert "These digits do not fit" in text(answer)
    assert reached_at(account.pk) == ANN


@pytest.mark.parametrize(
    ("typed", "told"), [("nobody", "does not look like"), (ANN, "your address already")]
)
def test_what_is_no_new_address_is_refused(ann: Client, typed: str, told: str) -> None:
    answer = ann.post(MAIL, {"email": typed})

    assert answer.status_code == 422
    assert told in text(answer)


def test_nobody_is_joined_who_proved_nothing(ann: Client) -> None:
    other = make_account(NEW)
    ann.post(MAIL, {"email": NEW})

    answer = ann.post(JOIN)

    assert answer["Location"] == MAIL
    assert Account.objects.get(pk=other.pk).merged_into_id is None


def test_my_data_has_everything_and_no_code(ann: Client) -> None:
    issued = issue_one(reference="cs_mine")
    other = issue_one(reference="cs_used")
    fulfil(other, make_assignee(ANN))

    answer = ann.post(reverse("counterfoil:my-data"))

    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(answer.content)
    assert [one["address"] for one in data["addresses"]] == [ANN]
    assert {one["order"] for one in data["purchases"]} == {"cs_mine", "cs_used"}
    assert data["assignments"][0]["entitlement"] == handle_of(other.id)
    assert data["subjects"][0]["data"]["name"] == "Rex"
    assert issued.code not in answer.content.decode()
    assert issued.code.replace("-", "") not in answer.content.decode()


def test_mails_are_chosen(ann: Client) -> None:
    where = reverse("counterfoil:account-mails")

    ann.post(where, {"reminder": "on"})
    assert list(Unsubscription.objects.values_list("kind", flat=True)) == ["expiry_warning"]
    assert 'name="expiry_warning" ><label' in text(ann.get(PAGE)).replace(" >", " >")

    ann.post(where, {"reminder": "on", "expiry_warning": "on"})
    assert not Unsubscription.objects.exists()


def test_to_be_erased_is_asked_for_and_taken_back(ann: Client) -> None:
    issue_one()
    assert "Whoever has its code can go on" in text(ann.get(ERASURE))

    refused = ann.post(ERASURE, {})
    assert refused.status_code == 422
    assert not ExceptionCase.objects.exists()

    ann.post(ERASURE, {"understood": "on"})
    assert ExceptionCase.objects.get().resolved_at is None
    assert "You asked to be erased" in text(ann.get(PAGE))

    ann.post(reverse("counterfoil:erasure-withdraw"))
    assert ExceptionCase.objects.get().resolved_at is not None
    assert "You asked to be erased" not in text(ann.get(PAGE))


def test_who_was_erased_is_signed_out_and_others_pages_stay() -> None:
    issued, bob = issue_one(), make_assignee("bob@example.com")
    use(issued, bob)
    ann, friend = Client(), Client()
    sign_in(ann, make_account(ANN))
    sign_in(friend, make_account("bob@example.com"))
    person = make_account(ANN).person
    assert person is not None

    erase_person(person_id=person.pk, by=SYSTEM, at=now())

    assert ann.get(PAGE).status_code == 302
    assert "Dog DNA test" in text(friend.get(reverse("counterfoil:my-purchases")))


def test_buyer_and_recipient_are_the_same_person(ann: Client) -> None:
    issued = issue_one()

    enter(ann, issued.code)
    answer = ann.post(reverse("counterfoil:claim-confirm"), follow=True)

    assert answer.status_code == 200
    mine = text(ann.get(reverse("counterfoil:my-purchases")))
    assert mine.count("Dog DNA test") >= 2  # among what was bought, and among what is used
