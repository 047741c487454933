"""Customers: buy, sign in, claim, give, and be told no."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import URLPattern, reverse

from counterfoil.conf import conf
from counterfoil.console import urls as console_urls
from counterfoil.effects.settling import settle
from counterfoil.intake.worker import work_messages
from counterfoil.models import Assignment, Attempt, Entitlement
from counterfoil.pages import urls as pages_urls
from counterfoil.portal import urls as portal_urls
from counterfoil.testing.builders import issue_one, make_connection, make_product
from tests.projects.core.conftest import Digits, token_in

pytestmark = pytest.mark.django_db
UNKNOWN = "0123-4567-89AB-CDE4"


@pytest.fixture
def browser() -> Client:
    """Give a browser that sends forms as people do."""
    return Client(enforce_csrf_checks=True)


def at(name: str, *given: Any) -> str:
    return reverse(f"counterfoil:{name}", args=given)


def send(browser: Client, page: str, answers: dict[str, str], to: str = "") -> Any:
    """Fill in a form of a page, and send it where it leads."""
    token = token_in(browser.get(page))
    return browser.post(to or page, answers | {"csrfmiddlewaretoken": token})


def sign_in(browser: Client, digits: Digits, mail_address: str = "ana@example.com") -> None:
    send(browser, at("sign-in"), {"email": mail_address})
    send(browser, at("sign-in"), {"one_time_code": digits()}, at("sign-in-code"))


def names() -> list[str]:
    """Name every page of ours that needs nothing in its address."""
    found = [*pages_urls.urlpatterns, *portal_urls.urlpatterns, *console_urls.urlpatterns]
    plain = [one for one in found if isinstance(one, URLPattern) and not one.pattern.converters]
    return [one.name for one in plain if one.name]


def test_somebody_buys(browser: Client) -> None:
    make_connection(make_product(), slug="test", channel="native")
    wanted = {"quantity_DNA-STD": "2", "email": "ann@example.com", "connection": "test"}

    to_pay = send(browser, at("checkout"), wanted).headers["Location"]
    assert to_pay.startswith(at("checkout"))
    thanks = send(browser, to_pay, {"outcome": "paid"}).headers["Location"]
    work_messages()
    settle()

    assert Entitlement.objects.filter(state="issued").count() == 2
    assert browser.get(thanks).status_code == 200
    [sent] = mail.outbox
    links = re.findall(r"http\S+", str(sent.body))
    assert all(link.startswith(conf.SITE_URL + at("claim")[: -len("c")]) for link in links)


def test_somebody_claims(browser: Client, digits: Digits) -> None:
    issued = issue_one()
    assert send(browser, at("claim"), {"code": issued.code}).headers["Location"] == at("claim")
    sign_in(browser, digits)

    claimed = send(browser, at("claim"), {}, at("claim-confirm")).headers["Location"]
    assert browser.get(claimed).status_code in {200, 302}
    subject = at("subject", Assignment.objects.get().pk)
    send(browser, subject, {"name": "Bella"})
    settle()

    assert issued.entitlement().state == "fulfilled"
    assert "DNA" in browser.get(at("my-purchases")).content.decode()


def test_a_refused_code_is_remembered(browser: Client) -> None:
    issued = issue_one()

    answer = send(browser, at("claim"), {"code": UNKNOWN})

    assert answer.status_code == 422
    assert Attempt.objects.filter(outcome="code_not_found").count() == 1
    assert issued.entitlement().state == "issued"


def test_a_form_without_its_token_does_nothing(browser: Client) -> None:
    assert browser.post(at("claim"), {"code": UNKNOWN}).status_code == 403
    assert not Attempt.objects.exists()


def test_every_page_answers_a_customer(browser: Client, digits: Digits) -> None:
    sign_in(browser, digits)
    asked = [name for name in names() if not name.startswith(("console", "portal"))]
    assert len(asked) > 15

    statuses = {name: browser.get(at(name)).status_code for name in asked}

    assert {one: it for one, it in statuses.items() if it not in {200, 302}} == {}


def test_every_page_answers_a_stranger(browser: Client) -> None:
    login = {at("sign-in"), at("portal"), at("console-sign-in")}
    for name in names():
        answer = browser.get(at(name))
        assert answer.status_code in {200, 302, 405}, name
        where = answer.headers.get("Location", "")
        assert "/nowhere/" not in where, name
        if name.startswith("console-") and answer.status_code == 302:
            assert where.split("?")[0] in login, name


@pytest.mark.django_db(transaction=True)
def test_no_page_is_within_a_transaction(browser: Client) -> None:
    within: list[bool] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        within.append(context["connection"].in_atomic_block)
        return execute(sql, params, many, context)

    issued = issue_one()
    browser.post(at("claim"), {"code": issued.code})
    with connection.execute_wrapper(listen):
        browser.get(at("checkout"))
        browser.get(at("console-sign-in"))

    assert within
    assert not any(within)
