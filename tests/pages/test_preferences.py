"""Choosing a language and a time zone, and where that holds."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from counterfoil.effects.deliveries import send_due
from counterfoil.models import Account
from counterfoil.operations.request_sign_in import request_sign_in
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import make_account, now
from tests.pages.visits import sign_in, text

pytestmark = pytest.mark.django_db
LANGUAGE, ZONE = reverse("counterfoil:language"), reverse("counterfoil:time-zone")
PAGE = reverse("counterfoil:preferences")


def account() -> Account:
    return Account.objects.select_related("person").get()


def locale() -> str:
    person = account().person
    contact = person.contact() if person else None
    assert contact is not None
    return contact.locale


def test_a_stranger_chooses_a_language_for_the_browser(client: Client) -> None:
    answer = client.post(LANGUAGE, {"language": "ar", "next": "/c"})

    assert (answer.status_code, answer["Location"]) == (302, "/c")
    page = client.get("/c")
    assert '<html lang="ar" dir="rtl">' in text(page)
    assert page["Content-Language"] == "ar"
    assert '<html lang="en" dir="ltr">' in text(Client().get("/c"))


def test_a_stranger_chooses_a_zone_for_the_browser(client: Client) -> None:
    answer = client.post(ZONE, {"time_zone": "Asia/Dubai"})

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert "Asia/Dubai" in text(client.get(PAGE))
    assert "UTC+04" in text(client.get(PAGE))


def test_who_is_signed_in_is_written_to_in_that_language_and_zone(client: Client) -> None:
    sign_in(client, make_account())

    client.post(LANGUAGE, {"language": "de"})
    client.post(ZONE, {"time_zone": "Europe/Berlin"})

    assert (locale(), account().time_zone) == ("de", "Europe/Berlin")
    elsewhere = Client()
    sign_in(elsewhere, account())
    page = text(elsewhere.get(PAGE))
    assert '<html lang="de"' in page
    assert "Europe/Berlin" in page
    request_sign_in(mail="ana@example.com", locale="en", by=SYSTEM, at=now())
    send_due(at=now())
    html = str(mail.outbox[0].alternatives[0][0])  # type: ignore[attr-defined]
    assert '<html lang="de"' in html


@pytest.mark.parametrize(
    ("where", "given", "told"),
    [
        (LANGUAGE, {"language": "tlh"}, "Choose one of these languages."),
        (LANGUAGE, {}, "Choose one of these languages."),
        (LANGUAGE, {"language": "nl"}, "Choose one of these languages."),
        (ZONE, {"time_zone": "Mars/Olympus"}, "Choose one of these time zones."),
        (ZONE, {"time_zone": "\x00"}, "Choose one of these time zones."),
        (ZONE, {}, "Choose one of these time zones."),
    ],
)
def test_what_there_is_not_is_refused_and_changes_nothing(
    client: Client, where: str, given: dict[str, str], told: str
) -> None:
    sign_in(client, make_account())

    answer = client.post(where, given)

    assert answer.status_code == 422
    assert told in text(answer)
    assert (locale(), account().time_zone) == ("", "")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_choosing_leads_back_to_this_site_only(client: Client, elsewhere: str) -> None:
    answer = client.post(LANGUAGE, {"language": "de", "next": elsewhere})

    assert answer["Location"] == PAGE


def test_signing_out_everywhere_ends_the_sessions_of_all_browsers() -> None:
    here, there, again = Client(), Client(), Client()
    for browser in (here, there):
        sign_in(browser, make_account())

    answer = here.post(reverse("counterfoil:sign-out-all"))

    assert answer["Location"] == reverse("counterfoil:signed-out")
    for browser in (here, there, again):
        assert browser.get(reverse("counterfoil:account")).status_code == 302
