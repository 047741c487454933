"""Settings are read from the environment, and mistakes are named."""

import json
import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from counterfoil_server import environment
from counterfoil_server.logs import JSONFormatter


def test_a_database_url_may_say_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgresql://me:p%40ss@db.example:6432/shop?sslmode=verify-full")
    assert environment.database("X") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_a_socket_is_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgresql://me@/shop?host=%2Frun%2Fpg")
    assert environment.database("X")["HOST"] == "/run/pg"


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        (environment.flag, "perhaps"),
        (environment.mapping, "[1]"),
        (environment.mapping, "{secret"),
        (environment.database, "mysql://x/y"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, read: object, wrong: str
) -> None:
    monkeypatch.setenv("THE_NAME", wrong)
    assert callable(read)
    with pytest.raises(ImproperlyConfigured, match="THE_NAME") as refused:
        read("THE_NAME")
    assert "secret" not in str(refused.value)


def test_a_number_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(ImproperlyConfigured, match="PORT"):
        environment.number("PORT", 25)


def test_a_log_line_is_json_with_what_was_added() -> None:
    record = logging.makeLogRecord({"msg": "sold %s", "args": ("it",), "purchase": 7})
    line = json.loads(JSONFormatter().format(record))
    assert line["message"] == "sold it"
    assert line["purchase"] == 7


def test_it_says_that_it_is_alive_without_asking_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
