"""The door: what is authentic becomes one row and an answer; what is not changes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client, override_settings

from counterfoil.channels.native import SIGNATURE_HEADER, sign
from counterfoil.models import Connection, Message, RefusedMessages
from counterfoil.testing.builders import OUR_SECRET, now
from tests.intake.native import Shop, deliver, open_shop

COVERS = {
    "F1": ["test_stores_a_repeated_message_once"],
    "F5": [
        "test_refuses_what_is_not_signed_by_the_channel",
        "test_nobody_listens_at_connections_that_are_unknown_off_or_without_a_secret",
    ],
    "F7": ["test_accepts_the_old_secret_while_it_is_being_replaced"],
    "F8": ["test_refuses_the_past_and_the_future"],
    "F9": ["test_refuses_what_is_signed_and_cannot_be_read", "test_refuses_what_is_too_large"],
    "F11": ["test_keeps_a_test_on_a_live_connection_and_does_nothing_about_it"],
}

pytestmark = pytest.mark.django_db
RowsAdded = Callable[[], dict[str, int]]
ONLY_COUNTED = {"RefusedMessages"}


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def body(shop: Shop) -> bytes:
    return shop.message(shop.paid_cart())


def test_stores_an_authentic_message_and_nothing_else(
    shop: Shop, body: bytes, rows_added: RowsAdded
) -> None:
    assert shop.post(body) == 200

    assert rows_added() == {"Message": 1}
    message = Message.objects.get()
    assert message.authentic
    assert message.body() == body
    assert message.claims == "paid"
    assert message.key_used == "1"
    assert message.handled_at is None
    assert bytes(message.body_sealed or b"") != body


def test_stores_a_repeated_message_once(shop: Shop, body: bytes, rows_added: RowsAdded) -> None:
    assert [shop.post(body) for _ in range(3)] == [200, 200, 200]
    assert rows_added() == {"Message": 1}


def test_refuses_what_is_not_signed_by_the_channel(
    shop: Shop, body: bytes, rows_added: RowsAdded
) -> None:
    assert shop.post(body, secret="cfsec_of_somebody_else") == 401
    assert shop.post(body + b" ", signed=body) == 401
    assert deliver("ours", body, {}) == 401
    assert deliver("ours", body, {SIGNATURE_HEADER: "t=1,v1=" + "0" * 64}) == 401
    assert deliver("ours", body, {SIGNATURE_HEADER: "x" * 5000}) == 401
    assert set(rows_added()) == ONLY_COUNTED
    assert sum(RefusedMessages.objects.values_list("count", flat=True)) == 5


@pytest.mark.parametrize("late", [timedelta(hours=1), timedelta(hours=-1)])
def test_refuses_the_past_and_the_future(
    shop: Shop, body: bytes, rows_added: RowsAdded, late: timedelta
) -> None:
    assert shop.post(body, late=late) == 400
    assert set(rows_added()) == ONLY_COUNTED


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b'{"id": "a", "id": "b"}', id="the same key twice"),
        pytest.param(b'{"id": NaN}', id="not a number"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b"[" * 50_000, id="a bomb"),
        pytest.param(b'{"id": "\\ud800", "topic": "t", "cart": "c", "is_test": true}', id="half"),
        pytest.param(
            b'{"id": "' + b"m" * 201 + b'", "topic": "t", "cart": "c", "is_test": true}',
            id="an id that is too long",
        ),
    ],
)
def test_refuses_what_is_signed_and_cannot_be_read(
    shop: Shop, rows_added: RowsAdded, garbage: bytes
) -> None:
    assert shop.post(garbage) == 400
    assert set(rows_added()) == ONLY_COUNTED


def test_refuses_what_is_too_large(shop: Shop, rows_added: RowsAdded) -> None:
    assert shop.post(b" " * 300_000) == 413
    assert shop.post(b" " * 3_000_000) == 413
    with override_settings(COUNTERFOIL_MESSAGE_MAX_BYTES=10):
        assert shop.post(b" " * 11) == 413
    assert set(rows_added()) == ONLY_COUNTED


def test_nobody_listens_at_connections_that_are_unknown_off_or_without_a_secret(
    shop: Shop, body: bytes, rows_added: RowsAdded
) -> None:
    header = {SIGNATURE_HEADER: sign(body, OUR_SECRET, at=now())}
    assert deliver("nobody", body, header) == 404

    for secrets in ({}, {"secrets": []}, {"secrets": [""]}, {"secrets": " "}):
        shop.connection.seal_secrets(secrets)
        shop.connection.save()
        assert shop.post(body) == 404
        assert shop.post(body, secret="") == 404

    shop.connection.seal_secrets({"secrets": [OUR_SECRET]})
    shop.connection.enabled = False
    shop.connection.save()
    assert shop.post(body) == 404

    Connection.objects.update(enabled=True, channel="shopping-centre")
    assert shop.post(body) == 404
    assert set(rows_added()) == {"RefusedMessages"}
    counted = RefusedMessages.objects.values_list("reason", "count")
    assert dict(counted) == {"connection_incomplete": 9, "paused": 1}


def test_accepts_the_old_secret_while_it_is_being_replaced(shop: Shop, body: bytes) -> None:
    shop.connection.seal_secrets({"secrets": ["cfsec_new", OUR_SECRET]})
    shop.connection.save()

    assert shop.post(body) == 200
    assert Message.objects.get().key_used == "2"

    shop.connection.seal_secrets({"secrets": ["cfsec_new"]})
    shop.connection.save()
    assert shop.post(body) == 401


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
def test_takes_in_posts_only(shop: Shop, rows_added: RowsAdded, method: str) -> None:
    assert getattr(Client(), method)("/in/ours/").status_code == 405
    assert rows_added() == {}


def test_asks_nobody_to_sign_in(shop: Shop, body: bytes) -> None:
    middleware = "django.contrib.auth.middleware.LoginRequiredMiddleware"
    with override_settings(MIDDLEWARE=[*MIDDLEWARE_BEFORE, middleware]):
        assert shop.post(body) == 200


def test_keeps_a_test_on_a_live_connection_and_does_nothing_about_it(
    shop: Shop, rows_added: RowsAdded
) -> None:
    cart = shop.cart()
    Connection.objects.update(is_test=False)
    before = rows_added()

    assert shop.post(shop.message(cart)) == 200

    message = Message.objects.get()
    assert message.outcome == "test_on_live"
    assert message.handled_at is not None
    assert message.body() is None
    assert {**rows_added(), "Message": 0} == {**before, "Message": 0}


@pytest.mark.django_db(transaction=True)
def test_says_to_try_again_when_the_database_cannot_write(
    shop: Shop, body: bytes, rows_added: RowsAdded
) -> None:
    def fail(execute: object, sql: str, *args: object) -> object:
        if "INSERT INTO" in sql:
            raise DatabaseError("disk full")
        return execute(sql, *args)  # type: ignore[operator]

    with connection.execute_wrapper(fail):  # type: ignore[arg-type]
        answer = shop.post(body)

    assert answer == 503
    assert rows_added() == {}
    assert shop.post(body) == 200


MIDDLEWARE_BEFORE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
