"""Connections made, set up, tried and given secrets in the console, which gives none back."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.utils.html import escape
from tests.console.conftest import SignedIn
from tests.outside.opening import Corner, corner

from counterfoil.channels.forms import Kind, read_options, written
from counterfoil.channels.forms_shipped import SHIPPED
from counterfoil.errors import AccessLost, ConnectionInvalid
from counterfoil.intake.registry import adapter_for
from counterfoil.models import AuditEntry, Connection, ExceptionCase
from counterfoil.testing.builders import make_connection, make_product

__all__ = ["corner"]
pytestmark = pytest.mark.django_db
LIST = "/console/connections/"
CANARY = "k7Qm2Zt9Xw4Bv8Rn3Hs6"
WOO = {
    "name": "Kennel shop",
    "slug": "kennel",
    "mode": "live",
    "site_url": "https://shop.example",
    "write_back.status": "on",
    "statuses": "returned = dead\nfraud-check = waiting",
    "consumer_key": f"ck_{CANARY}",
    "consumer_secret": f"cs_{CANARY}",
}


@pytest.fixture
def operations(signed_in: SignedIn) -> Client:
    """Give the browser of somebody who looks after connections."""
    return signed_in("Operations")


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def mark_in(page: str) -> str:
    [found] = set(re.findall(r'name="mark" value="(\w+)"', page))
    return found


def everything_kept() -> Iterator[str]:
    """Give every row of every table as text."""
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (str(row[0]) for row in cursor.fetchall())


def standing() -> tuple[Any, ...]:
    """Give everything a refusal must leave alone."""
    return list(Connection.objects.order_by("pk").values()), AuditEntry.objects.count()


def test_a_shop_is_connected_and_its_secrets_are_nowhere_to_be_read(
    operations: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="counterfoil")
    wrong = operations.post(f"{LIST}-/make/woocommerce/", WOO | {"slug": "Not This"})
    made = operations.post(f"{LIST}-/make/woocommerce/", WOO)
    pages = [wrong, *(operations.get(f"{LIST}{where}") for where in ("", "kennel/"))]
    pages += [operations.get(f"{LIST}kennel/{it}/") for it in ("change", "secrets/consumer_key")]

    assert made["Location"] == f"{LIST}kennel/"
    assert not any(CANARY in text_of(page) for page in pages)
    assert not any(CANARY in row or CANARY.encode().hex() in row for row in everything_kept())
    assert CANARY not in caplog.text
    connection = Connection.objects.get()
    assert connection.secrets()["consumer_key"] == f"ck_{CANARY}"
    assert connection.options == {
        "site_url": "https://shop.example",
        "write_back": {"status": True},
        "statuses": {"returned": "dead", "fraud-check": "waiting"},
    }
    adapter_for(connection)  # nothing is missing: one signing secret was made up
    [entry] = AuditEntry.objects.all()
    assert entry.data["after"]["secrets"] == {
        "consumer_key": 1,
        "consumer_secret": 1,
        "webhook_secrets": 1,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"slug": "UPPER"},
        {"slug": "taken"},
        {"mode": ""},
        {"site_url": ""},
        {"site_url": "http://shop.example"},
        {"site_url": "https://key@shop.example"},
        {"statuses": "returned means dead"},
        {"statuses": "returned = gone"},
        {"consumer_key": "shpat_of_another_shop"},
        {"consumer_secret": "cs_two\nlines"},
        {"webhook_secrets": "short"},
    ],
)
def test_a_connection_that_could_not_work_is_not_made(
    operations: Client, wrong: dict[str, str]
) -> None:
    make_connection(slug="taken")
    before = standing()

    answer = operations.post(f"{LIST}-/make/woocommerce/", WOO | wrong)

    assert answer.status_code == 409
    assert "field-error" in text_of(answer)
    assert "Enter the secrets again" in text_of(answer)
    assert standing() == before


@pytest.mark.parametrize("channel", SHIPPED)
def test_every_channel_has_a_form(operations: Client, channel: str) -> None:
    shown = text_of(operations.get(f"{LIST}-/make/{channel}/"))

    assert escape(SHIPPED[channel].title) in text_of(operations.get(f"{LIST}-/make/"))
    for one in (*SHIPPED[channel].options, *SHIPPED[channel].secrets):
        assert f'name="{one.name}"' in shown


def test_nobody_is_asked_for_a_channel_there_is_not(operations: Client) -> None:
    assert operations.get(f"{LIST}-/make/teapot/").status_code == 404


def test_options_that_the_form_does_not_ask_for_stay() -> None:
    form = SHIPPED["shopify"]
    kept = {"shop": "a.myshopify.com", "page_size": 5, "write_back": {"tags": ["x"], "own": 1}}
    answers = {one.name: written(one, kept) for one in form.options}

    assert read_options(form, answers, kept) == kept
    bare = read_options(form, answers | {"write_back.tags": ""}, kept)
    assert bare["write_back"] == {"own": 1}


def test_an_address_that_secrets_go_to_cannot_be_moved_with_them(operations: Client) -> None:
    operations.post(f"{LIST}-/make/woocommerce/", WOO)
    page = f"{LIST}kennel/change/"
    answers = WOO | {"mark": mark_in(text_of(operations.get(page)))}

    operations.post(page, answers | {"name": "Renamed"})
    assert Connection.objects.get().secrets()

    answers["mark"] = mark_in(text_of(operations.get(page)))
    operations.post(page, answers | {"site_url": "https://thief.example"})

    assert Connection.objects.get().secrets() == {}
    shown = text_of(operations.get(f"{LIST}kennel/"))
    assert "Consumer key is not set." in shown
    entry = AuditEntry.objects.filter(act="change_connection").order_by("at").last()
    assert entry is not None
    assert entry.data["secrets_ended"]["consumer_key"] == 1


def test_the_second_of_two_who_change_a_connection_changes_nothing(operations: Client) -> None:
    make_connection(slug="shop")
    page = f"{LIST}shop/change/"
    mark = mark_in(text_of(operations.get(page)))
    operations.post(page, {"name": "First", "mark": mark})
    before = standing()

    stale = operations.post(page, {"name": "Second", "mark": mark})
    other = operations.post(f"{LIST}shop/secrets/api_key/", {"value": f"sk_{CANARY}", "mark": mark})
    older = operations.post(f"{LIST}shop/secrets/webhook_secrets/end-old/", {"mark": mark})

    assert (stale.status_code, other.status_code, older.status_code) == (409, 409, 302)
    assert "Somebody else changed it" in text_of(stale)
    assert CANARY not in text_of(other)
    assert standing() == before


def test_a_signing_secret_is_rolled_over_without_a_gap(operations: Client) -> None:
    make_connection(slug="shop")
    page = f"{LIST}shop/secrets/webhook_secrets/"

    def enter(value: str, how: str) -> Any:
        mark = mark_in(text_of(operations.get(page)))
        return operations.post(page, {"value": value, "how": how, "mark": mark})

    assert enter("whsec_new", "").status_code == 409  # which of the two?
    assert enter("pasted wrongly", "beside").status_code == 409
    enter("whsec_new", "beside")
    assert Connection.objects.get().secrets()["webhook_secrets"] == ["whsec_new", "whsec_test"]
    shown = text_of(operations.get(f"{LIST}shop/"))
    assert "2 set" in shown

    operations.post(f"{page}end-old/", {"mark": mark_in(shown)})
    assert Connection.objects.get().secrets()["webhook_secrets"] == ["whsec_new"]
    enter("whsec_newest", "instead")
    assert Connection.objects.get().secrets()["webhook_secrets"] == ["whsec_newest"]
    acts = AuditEntry.objects.order_by("at", "pk").values_list("act", flat=True)
    assert list(acts) == ["add_secret", "end_old_secrets", "replace_secret"]


def test_shopify_signs_with_the_oldest_so_the_new_one_stands_last(operations: Client) -> None:
    connection = make_connection(slug="shop", channel="shopify")
    connection.seal_secrets({"app_secrets": ["shpss_old"]})
    connection.save()
    page = f"{LIST}shop/secrets/app_secrets/"
    mark = mark_in(text_of(operations.get(page)))

    operations.post(page, {"value": "shpss_new", "how": "beside", "mark": mark})

    assert Connection.objects.get().secrets()["app_secrets"] == ["shpss_old", "shpss_new"]


def test_a_secret_nobody_asks_for_cannot_be_set(operations: Client) -> None:
    make_connection(slug="shop")
    assert operations.get(f"{LIST}shop/secrets/nonsense/").status_code == 404


def test_a_test_says_what_is_missing_and_then_that_it_works(
    operations: Client, corner: Corner
) -> None:
    page = f"{LIST}corner/"
    secrets = corner.connection.secrets()
    Connection.objects.update(secrets_sealed=None, key_id=None)
    operations.post(f"{page}test/")
    assert "It is not set up yet." in text_of(operations.get(page))

    operations.post(f"{page}secrets/", {"name": "secrets"})
    corner.connection.seal_secrets(secrets)
    corner.connection.save()
    corner.book.trouble = AccessLost("the app was uninstalled")
    operations.post(f"{page}test/")
    assert "It does not let us in (the app was uninstalled)" in text_of(operations.get(page))
    assert ExceptionCase.objects.filter(kind="connection_broken", resolved_at=None).exists()

    corner.book.trouble = None
    operations.post(f"{page}test/")
    shown = text_of(operations.get(page))
    assert "It lets us in, and tells which orders changed." in shown
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()
    assert AuditEntry.objects.filter(act="test_connection").count() == 3


def test_a_connection_says_what_to_do_next(operations: Client) -> None:
    make_connection(slug="market", channel="partner")
    shown = text_of(operations.get(f"{LIST}market/"))
    assert "No API key is bound to it" in shown
    assert "None of what it sells is mapped" in shown

    make_connection(make_product(), slug="stripe")
    shown = text_of(operations.get(f"{LIST}stripe/"))
    assert "No message has come yet" in shown
    assert "add an endpoint with the address http://localhost:8000/in/stripe/" in shown


def test_free_options_take_no_secret() -> None:
    form = SHIPPED["native"]
    assert form.options[0].kind is Kind.TEXT
    with pytest.raises(ConnectionInvalid):
        read_options(form, {"pay_url": "no address"}, {})


def test_an_auditor_sees_how_it_is_set_up_and_may_do_nothing(signed_in: SignedIn) -> None:
    make_connection(slug="shop")
    shown = text_of(signed_in("Auditor").get(f"{LIST}shop/"))

    assert "Signing secret of the endpoint" in shown
    for button in ("Replace", "Test the connection", "Change</a>"):
        assert button not in shown
