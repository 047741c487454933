"""Stopping reminders: one press, in the mail program or on the page, and never by looking."""

import pytest
from django.core.signing import Signer
from django.test import Client

from counterfoil.effects.stopping import read_token, stop_token
from counterfoil.errors import MailUnknown
from counterfoil.models import DeliveryKind, Person, Unsubscription
from counterfoil.testing.builders import issue_one
from tests.pages.visits import text

pytestmark = pytest.mark.django_db


def link(kind: DeliveryKind = DeliveryKind.REMINDER) -> str:
    issue_one()
    return f"/mails/stop/{stop_token(Person.objects.get().pk, kind)}/"


def test_a_mail_program_stops_them_with_one_post_and_no_cookie() -> None:
    client, where = Client(enforce_csrf_checks=True), link()

    for _ in range(2):
        answer = client.post(where, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200

    stopped = Unsubscription.objects.get()
    assert (stopped.person, stopped.kind) == (Person.objects.get(), "reminder")


def test_looking_stops_nothing_and_shows_a_button() -> None:
    client, where = Client(), link()

    page = text(client.get(where))

    assert "Stop reminders?" in page
    assert "example.com" not in page
    assert not Unsubscription.objects.exists()


def test_they_can_be_had_again_on_the_page() -> None:
    client, where = Client(), link(DeliveryKind.EXPIRY_WARNING)
    client.post(where)
    page = text(client.get(where))
    assert "No more warnings" in page

    answer = client.post(where.replace("stop", "resume"))

    assert answer["Location"] == where
    assert not Unsubscription.objects.exists()


@pytest.mark.parametrize("kind", [DeliveryKind.CODES, DeliveryKind.SIGN_IN])
def test_no_other_mail_can_be_stopped(kind: DeliveryKind) -> None:
    answer = Client().post(link(kind))

    assert answer.status_code == 404
    assert not Unsubscription.objects.exists()


def test_a_link_that_is_not_ours_stops_nothing() -> None:
    issue_one()
    person = Person.objects.get().pk
    good = stop_token(person, DeliveryKind.REMINDER)
    other = Signer(salt="something else", sep=".").sign(f"reminder.{person.hex}")
    assert read_token(good) == (person, DeliveryKind.REMINDER)
    for bad in (other, good[:-1], good.replace("reminder", "expiry_warning"), "x", "a.b.c"):
        with pytest.raises(MailUnknown):
            read_token(bad)
        assert Client().post(f"/mails/stop/{bad}/").status_code == 404

    assert not Unsubscription.objects.exists()
