"""Settings are read from the environment, and mistakes are named."""

import json
import logging
from collections.abc import Mapping, Sequence
from importlib.util import find_spec, module_from_spec
from typing import Any, get_origin, get_type_hints

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from counterfoil.conf import Settings
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


def test_a_hosts_own_code_is_named_as_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POLICY", "MAILER", "ACCOUNTS"):
        monkeypatch.setenv(name, f"our.code.{name.title()}")
    read = server_settings()
    assert read["COUNTERFOIL_POLICY"] == "our.code.Policy"
    assert read["COUNTERFOIL_MAILER"] == "our.code.Mailer"
    assert read["COUNTERFOIL_ACCOUNTS"] == "our.code.Accounts"


def test_every_other_setting_is_read_by_its_name_as_what_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: dict[Any, tuple[str, Any]] = {
        str: ("offered", "offered"),
        bool: ("1", True),
        int: ("7", 7),
        float: ("2.5", 2.5),
        Sequence: ("a.B, c.D", ["a.B", "c.D"]),
        Mapping: ('{"key": 3}', {"key": 3}),
        bool | None: ("off", False),
    }
    kinds = get_type_hints(Settings)
    own = {name for name in server_settings() if name.startswith("COUNTERFOIL_")}
    others = {name: kind for name, kind in kinds.items() if f"COUNTERFOIL_{name}" not in own}
    assert "GRANT_LIMIT" in others
    wanted = {}
    for name, kind in others.items():
        text, wanted[f"COUNTERFOIL_{name}"] = given[kind if kind in given else get_origin(kind)]
        monkeypatch.setenv(f"COUNTERFOIL_{name}", text)

    read = server_settings()

    assert {name: read[name] for name in wanted} == wanted
    monkeypatch.setenv("COUNTERFOIL_GRANT_LIMIT", "plenty")
    with pytest.raises(ImproperlyConfigured, match="COUNTERFOIL_GRANT_LIMIT"):
        server_settings()


@pytest.mark.parametrize("name", ["POLICY", "TRUSTED_HOPS", "RATE_LIMITS", "MAIL_FROM"])
def test_one_that_has_a_variable_of_its_own_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"COUNTERFOIL_{name}", "our.code.Policy")
    with pytest.raises(ImproperlyConfigured, match=f"COUNTERFOIL_{name} is not read"):
        server_settings()


def server_settings() -> dict[str, Any]:
    spec = find_spec("counterfoil_server.settings")
    assert spec is not None
    assert spec.loader is not None
    read = module_from_spec(spec)  # apart from those the tests run with
    spec.loader.exec_module(read)
    return vars(read)
