"""What is reported of an error of ours shows no code and no key, whichever door they came in by."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.views.debug import ExceptionReporter

from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.codes import display
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import issue_many, now
from tests.console.conftest import PASSWORD, make_staff

pytestmark = pytest.mark.django_db


def report_of(
    caplog: pytest.LogCaptureFixture,
    client: Client,
    path: str,
    *,
    without: str = "counterfoil_entitlement",
    **sent: Any,
) -> str:
    """Give what Django tells admins, all of it, after a table went away under a request."""
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "django.request"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {without} RENAME TO away")
        assert client.post(path, **sent).status_code == 500
        transaction.set_rollback(True)
    [noted] = [one for one in caplog.records if one.name == "django.request"]
    assert noted.exc_info is not None
    assert f'relation "{without}" does not exist' in str(noted.exc_info[1])
    reporter = ExceptionReporter(vars(noted)["request"], *noted.exc_info)
    return reporter.get_traceback_html() + reporter.get_traceback_text()


def shows(report: str, secrets: Mapping[str, str]) -> list[str]:
    return [name for name, secret in secrets.items() if secret in report]


def test_of_the_api(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    code = display(issue_many(1).code)
    key = create_api_key(name="shop", scopes=[Scope.REDEEM], by=SYSTEM, at=now()).secret

    report = report_of(
        caplog,
        client,
        "/v1/codes/redeem",
        data={"code": code, "account": {"external_reference": "ana-4711"}},
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )

    assert shows(report, {"code": code, "key": key, "account": "ana-4711"}) == []


def test_of_the_console(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    code = display(issue_many(1).code)
    client.force_login(make_staff("Support 2"))

    report = report_of(caplog, client, "/console/search/", data={"q": code})

    assert shows(report, {"code": code}) == []


def test_of_the_pages(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    code = display(issue_many(1).code)

    assert shows(report_of(caplog, client, "/c", data={"code": code}), {"code": code}) == []


def test_of_the_door_of_the_console(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    make_staff("Support 2")
    sent = {"username": "support-2", "password": PASSWORD}

    report = report_of(
        caplog, client, "/console/sign-in/", without="counterfoil_staffaccess", data=sent
    )

    assert shows(report, {"password": PASSWORD}) == []
