"""API keys: shown once and never again, bound, ended, and when they were used."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from tests.console.conftest import SignedIn

from counterfoil.models import ApiKey, AuditEntry
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.record_key_use import record_key_use
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_connection, now

pytestmark = pytest.mark.django_db
LIST = "/console/keys/"
SECRET = re.compile(r"cfk_[0-9a-f]{8}_[\w-]{30,}")


@pytest.fixture
def owner(signed_in: SignedIn) -> Client:
    """Give the browser of somebody who looks after keys."""
    return signed_in("Owner")


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def asked(**answers: Any) -> dict[str, Any]:
    return {"name": "Back office", "scopes": ["codes:check"], "request_id": str(uuid4())} | answers


def everything_kept() -> str:
    """Give every row of every table as text."""
    rows: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [str(row[0]) for row in cursor.fetchall()]
    return "\n".join(rows)


def test_a_key_is_shown_once_works_and_is_nowhere_afterwards(
    owner: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answers = asked()
    made = owner.post(f"{LIST}make/", answers)
    [secret] = SECRET.findall(text_of(made))
    key = ApiKey.objects.get()

    again = owner.post(f"{LIST}make/", answers)  # the page was reloaded
    pages = [owner.get(LIST), owner.get(f"{LIST}{key.pk}/"), again]

    assert again.status_code == 409
    assert ApiKey.objects.count() == 1
    assert "no-store" in made["Cache-Control"]
    assert all(not SECRET.search(text_of(page)) for page in pages)
    assert secret not in everything_kept() + caplog.text
    assert secret.rpartition("_")[2] not in everything_kept()
    headers = {"Authorization": f"Bearer {secret}"}
    called = Client().post("/v1/codes/check", {"code": "x"}, "application/json", headers=headers)
    assert called.status_code != 401


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": " "}, "whose key it is"),
        ({"scopes": []}, "at least one"),
        ({"scopes": ["everything"]}, "at least one"),
        ({"expires_on": "2001-01-01"}, "over already"),
        ({"expires_on": "tomorrow"}, "A day, such as"),
        ({"expires_on": "9999-12-31"}, "A day, such as"),
        ({"scopes": ["purchases:write"]}, "Choose one, for this"),
        ({"connection": "shop"}, "No orders are told through it"),
        ({"connection": "gone"}, "not there any more"),
        ({"request_id": "x"}, "Open this page again"),
    ],
)
def test_a_key_that_cannot_be_is_refused(owner: Client, wrong: dict[str, Any], told: str) -> None:
    make_connection()

    answer = owner.post(f"{LIST}make/", asked(**wrong))

    assert answer.status_code == 409
    assert told in text_of(answer)
    assert not ApiKey.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_bound_key_says_to_what(owner: Client) -> None:
    make_connection(slug="market", channel="partner")

    owner.post(f"{LIST}make/", asked(scopes=["purchases:write"], connection="market"))

    [key] = ApiKey.objects.all()
    assert key.connection is not None
    assert "Market" in text_of(owner.get(f"{LIST}{key.pk}/"))
    [entry] = AuditEntry.objects.all()
    assert entry.data["after"]["connection"] == "market"


def test_an_ended_key_is_refused_and_says_who_ended_it(owner: Client) -> None:
    made = create_api_key(name="Shop", scopes=[Scope.CHECK], by=SYSTEM, at=now())
    page = f"{LIST}{made.api_key.pk}/"
    headers = {"Authorization": f"Bearer {made.secret}"}
    assert owner.post(f"{page}end/", {}).status_code == 409  # says no why
    assert ApiKey.objects.get().revoked_at is None

    owner.post(f"{page}end/", {"why": "It was in a mail"})

    called = Client().post("/v1/codes/check", {"code": "x"}, "application/json", headers=headers)
    assert called.status_code == 401
    shown = text_of(owner.get(page))
    assert "It was in a mail" in shown
    assert "Mara Owner" in shown
    first = ApiKey.objects.get().revoked_at
    owner.post(f"{page}end/", {"why": "again"})
    assert ApiKey.objects.get().revoked_at == first


def test_when_a_key_was_used_is_kept_and_not_at_every_call() -> None:
    made = create_api_key(name="Shop", scopes=[Scope.CHECK], by=SYSTEM, at=now())
    headers = {"Authorization": f"Bearer {made.secret}"}
    Client().post("/v1/codes/check", {"code": "x"}, "application/json", headers=headers)
    used = ApiKey.objects.get().last_used_at

    assert used is not None
    key_id = made.api_key.pk
    assert not record_key_use(key_id=key_id, by=SYSTEM, at=used + timedelta(minutes=9))
    assert record_key_use(key_id=key_id, by=SYSTEM, at=used + timedelta(minutes=11))


def test_who_makes_no_keys_sees_them_without_buttons(signed_in: SignedIn) -> None:
    made = create_api_key(name="Shop", scopes=[Scope.CHECK], by=SYSTEM, at=now())
    auditor = signed_in("Auditor")

    assert "Make a key" not in text_of(auditor.get(LIST))
    assert "End it" not in text_of(auditor.get(f"{LIST}{made.api_key.pk}/"))


def test_every_limit_is_shown_with_what_it_means(signed_in: SignedIn, settings: Any) -> None:
    settings.COUNTERFOIL_GRANT_LIMIT = 7

    shown = text_of(signed_in("Auditor").get("/console/limits/"))

    assert "COUNTERFOIL_GRANT_LIMIT" in shown
    assert "COUNTERFOIL_EXPORTS_AT_ONCE" in shown
    assert "<b>7</b>" in shown
    assert "usually 20" in shown
    assert "COUNTERFOIL_KEYS" not in shown
