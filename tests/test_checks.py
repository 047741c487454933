"""The system checks: silent when all is well, and naming each mistake."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection

from counterfoil.checks.hosting import check_users
from counterfoil.testing.builders import issue_one


def _ids(**given: Any) -> list[str]:
    found = run_checks(**given)
    return [str(one.id) for one in found if str(one.id).startswith("counterfoil.")]


def test_a_good_setting_raises_nothing() -> None:
    assert _ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("COUNTERFOIL_KEYS", {}, ["counterfoil.E001"] * 4),
        ("COUNTERFOIL_SITE_URL", "shop.example", ["counterfoil.E003"]),
        ("COUNTERFOIL_SITE_URL", "https://shop.example/", ["counterfoil.E003"]),
        ("COUNTERFOIL_PROVISIONER", "no.such.thing", ["counterfoil.E004"]),
        ("COUNTERFOIL_POLICY", "json.JSONDecoder", ["counterfoil.E004"]),
        ("COUNTERFOIL_MAILER", "no.such.thing", ["counterfoil.E004"]),
        ("COUNTERFOIL_ACCOUNTS", "json.JSONDecoder", ["counterfoil.E004"]),
        ("COUNTERFOIL_EVENT_DAYS", 6, ["counterfoil.W002"]),
        ("COUNTERFOIL_STAFF_SECOND_FACTOR", "Required", ["counterfoil.E012"]),
        ("COUNTERFOIL_TRUSTED_HOPS", -1, ["counterfoil.E013"]),
        ("COUNTERFOIL_CHANNELS", {"shop": "no.such.thing"}, ["counterfoil.E004"]),
        ("COUNTERFOIL_SUBJECT_KINDS", {"dog": {"label": ""}}, ["counterfoil.E008"] * 2),
        (
            "COUNTERFOIL_SUBJECT_KINDS",
            {"dog": {"label": "Dog", "schema": {"type": "object"}, "chooser": "no.such.thing"}},
            ["counterfoil.E009"],
        ),
        (
            "COUNTERFOIL_SUBJECT_KINDS",
            {"dog": {"label": "Dog", "schema": {"type": "object"}, "chooser": "json.JSONDecoder"}},
            ["counterfoil.E009"],
        ),
    ],
)
def test_a_mistake_is_named(settings: Any, name: str, value: Any, expected: list[str]) -> None:
    setattr(settings, name, value)
    assert _ids() == expected


@pytest.mark.parametrize(
    ("url", "secrets", "count"),
    [
        ("https://lab.example/hook", ["whsec_" + "A" * 43 + "="], 0),
        ("http://lab.example/hook", ["whsec_" + "A" * 43 + "="], 1),
        ("", [], 2),
        ("https://lab.example/hook", ["whsec_c2hvcnQ=", "nonsense"], 2),
    ],
)
def test_a_webhook_that_could_not_ask_is_named(
    settings: Any, url: str, secrets: list[str], count: int
) -> None:
    settings.COUNTERFOIL_PROVISIONER = "counterfoil.effects.webhook_provisioner.WebhookProvisioner"
    settings.COUNTERFOIL_PROVISIONER_URL = url
    settings.COUNTERFOIL_PROVISIONER_SECRETS = secrets
    assert _ids() == ["counterfoil.E010"] * count


@pytest.mark.parametrize(("is_development", "found"), [(True, []), (False, ["counterfoil.E011"])])
def test_only_in_development_this_machine_may_be_told(
    settings: Any, is_development: bool, found: list[str]
) -> None:
    settings.COUNTERFOIL_SITE_URL, settings.COUNTERFOIL_TRUSTED_HOPS = "https://shop.example", 1
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK, settings.DEBUG = True, is_development
    assert _ids(include_deployment_checks=True) == found


def test_development_needs_no_keys(settings: Any) -> None:
    settings.COUNTERFOIL_KEYS, settings.DEBUG = {}, True
    assert _ids() == []


class Astray:
    """A router that reads some of ours from a copy."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return "copy" if model._meta.model_name in {"entry", "group"} else None


def test_a_router_that_sends_records_of_ours_elsewhere_is_named(settings: Any) -> None:
    settings.DATABASE_ROUTERS = [Astray()]
    assert _ids() == ["counterfoil.E021"] * 2


def test_users_that_cannot_be_staff_are_named(settings: Any) -> None:
    settings.AUTH_USER_MODEL = "counterfoil.Person"
    assert [one.id for one in check_users()] == ["counterfoil.E020"] * 5


def test_an_open_line_is_warned_of_where_it_matters(settings: Any) -> None:
    settings.COUNTERFOIL_SITE_URL = "http://shop.example"
    assert "counterfoil.W001" in _ids(include_deployment_checks=True)
    settings.COUNTERFOIL_SITE_URL = "https://shop.example"
    assert "counterfoil.W001" not in _ids(include_deployment_checks=True)


@pytest.mark.parametrize(("hops", "found"), [(0, ["counterfoil.W003"]), (1, [])])
def test_a_proxy_that_nobody_counted_is_warned_of(
    settings: Any, hops: int, found: list[str]
) -> None:
    settings.COUNTERFOIL_SITE_URL = "https://shop.example"
    settings.COUNTERFOIL_TRUSTED_HOPS = hops
    assert _ids(include_deployment_checks=True) == found


@pytest.mark.parametrize(("takes", "found"), [(None, []), (True, ["counterfoil.W004"])])
def test_codes_of_tests_taken_in_earnest_are_warned_of(
    settings: Any, takes: bool | None, found: list[str]
) -> None:
    settings.COUNTERFOIL_SITE_URL, settings.COUNTERFOIL_TRUSTED_HOPS = "https://shop.example", 1
    settings.COUNTERFOIL_REDEEM_TEST_CODES = takes
    assert _ids(include_deployment_checks=True) == found


@pytest.mark.django_db
def test_a_key_that_is_in_use_must_not_be_lost(settings: Any) -> None:
    issue_one()
    assert _ids(databases=["default"]) == []

    settings.COUNTERFOIL_KEYS = {
        purpose: {"2": keys["1"]} for purpose, keys in settings.COUNTERFOIL_KEYS.items()
    }

    assert _ids(databases=["default"]) == ["counterfoil.E007"] * 4


@pytest.mark.django_db
def test_an_upgrade_begins_on_tables_without_the_new_columns() -> None:
    """The checks run before `migrate`: they must not ask for columns it has not made yet."""
    issue_one()
    asked: list[str] = []

    def listen(execute: Any, sql: str, *given: Any) -> Any:
        asked.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(listen):
        _ids(databases=["default"])

    about = [sql for sql in asked if 'FROM "counterfoil_connection"' in sql]
    assert about
    assert [sql for sql in about if "swept_until" in sql] == []
