"""What holds for every hosted page: headers, safe methods, forms of our own only."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from counterfoil.effects.stopping import stop_token
from counterfoil.models import Assignment, Cart, DeliveryKind
from counterfoil.operations.redeem import redeem
from counterfoil.pages.urls import urlpatterns
from counterfoil.testing.builders import (
    ORIGIN,
    customer,
    issue_one,
    make_account,
    make_assignee,
    now,
)
from counterfoil.web.headers import HEADERS
from tests.pages.visits import enter, sign_in, text
from tests.transfers import offer

pytestmark = pytest.mark.django_db

PROMISED = HEADERS | {"Referrer-Policy": "no-referrer"}
BY_MAIL_PROGRAMS = {"unsubscribe"}  # which post without a cookie; tests/pages/test_unsubscribe.py
OF_HOLDERS = ("give-back", "offer", "cancel-offer", "correct")
NAMES = [str(pattern.name) for pattern in urlpatterns if isinstance(pattern, URLPattern)]


@pytest.fixture
def addresses() -> dict[str, str]:
    """Give an address for each page, with something behind every one."""
    unused, used, ana = issue_one(), issue_one(), make_assignee("ann.buyer@example.com")
    redeem(code=used.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    cart = Cart.objects.create(
        connection=unused.purchase.connection,
        lines=[],
        currency="USD",
        amount_total=0,
        created_at=now(),
    )
    given: dict[str, list[Any]] = {
        "test-payment": [cart.pk],
        "thanks": [cart.pk],
        "thanks-check": [cart.pk],
        "claimed": [Assignment.objects.get().pk],
        "subject": [Assignment.objects.get().pk],
        "step": [Assignment.objects.get().pk, "address"],
        "reveal": [unused.entitlement().handle],
        **{name: [unused.entitlement().handle] for name in ("unit", "use", "give")},
        **{
            name: [used.entitlement().handle]
            for name in ("give-back", "offer", "cancel-offer", "correct")
        },
        **{name: [unused.entitlement().handle] for name in ("gift", "gift-card")},
        "gift-of-cart": [cart.pk, unused.entitlement().handle],
        "gift-card-of-cart": [cart.pk, unused.entitlement().handle],
        "transfer": [offer(used, ana, "bob@example.com").pk],
        "unsubscribe": [stop_token(unused.purchase.buyer_id, DeliveryKind.REMINDER)],
        "resubscribe": [stop_token(unused.purchase.buyer_id, DeliveryKind.REMINDER)],
    }
    return {name: reverse(f"counterfoil:{name}", args=given.get(name, [])) for name in NAMES}


def visitors() -> Iterator[Client]:
    """Give a stranger, a customer, a member of staff, and somebody in the middle of claiming."""
    yield Client()
    client = Client()
    sign_in(client, make_account("ann.buyer@example.com"))
    yield client
    staff = Client()
    staff.force_login(User.objects.get_or_create(username="olga", is_superuser=True)[0])
    yield staff
    claiming = Client()
    enter(claiming, issue_one().code)
    yield claiming


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Read every row of every table."""
    return {
        model._meta.db_table: sorted(map(repr, _rows(model)))  # type: ignore[misc]
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
    }


def _rows(model: type[models.Model]) -> list[tuple[object, ...]]:
    return [
        tuple(bytes(it) if isinstance(it, memoryview) else it for it in row)
        for row in model._default_manager.values_list()
    ]


def test_looking_changes_nothing(addresses: dict[str, str]) -> None:
    clients = list(visitors())
    before = everything()

    for client in clients:
        for address in addresses.values():
            for method in ("get", "head", "options", "get"):
                assert getattr(client, method)(address).status_code < 500

    assert everything() == before


def test_every_answer_has_the_headers(addresses: dict[str, str]) -> None:
    answers: list[Any] = [
        getattr(client, method)(address)
        for client in visitors()
        for address in addresses.values()
        for method in ("get", "post")
    ]
    answers += [enter(Client(), "7K3M"), enter(Client(), "7K3M9QXT2B5NRWE0")]

    for answer in answers:
        assert answer.status_code < 500
        assert {name: answer.headers.get(name) for name in PROMISED} == PROMISED


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ar"])
def test_every_page_speaks_the_language_that_was_chosen(
    addresses: dict[str, str], language: str
) -> None:
    heads, begins = set(), f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">'
    for client in visitors():
        client.cookies["django_language"] = language
        for address in addresses.values():
            answer = client.get(address)
            if "<html" in text(answer):
                heads.add(begins in text(answer))
                assert answer.headers["Content-Language"] == language

    assert heads == {True}


def test_the_policy_is_the_promised_one() -> None:
    assert PROMISED["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_pages_stay_open_where_a_host_demands_signing_in(
    addresses: dict[str, str], settings: Any
) -> None:
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]

    for address in addresses.values():
        where = Client().get(address).headers.get("Location", "")
        assert not where.startswith(settings.LOGIN_URL)


def test_a_form_that_is_not_ours_changes_nothing(addresses: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, make_account("ann.buyer@example.com"))
    before = everything()

    for name, address in addresses.items():
        if name in BY_MAIL_PROGRAMS:
            continue
        answer = client.post(address, {"code": "7K3M9QXT2B5NRWE0"})
        assert answer.status_code == 403
        assert "Please send that again" in text(answer)
        assert {name: answer.headers.get(name) for name in PROMISED} == PROMISED

    assert everything() == before


def test_cookies_are_kept_from_scripts_and_other_sites(client: Client) -> None:
    enter(client, issue_one().code)
    client.get("/c")

    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_what_does_not_exist_has_our_page(client: Client) -> None:
    answer: HttpResponse = client.get("/nothing/here/")  # type: ignore[assignment]

    assert answer.status_code == 404
    assert "This page does not exist" in text(answer)
