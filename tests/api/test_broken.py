"""When something of ours goes wrong, the caller is told so as of any refusal, the log says what."""

import logging
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from counterfoil.rules.scopes import Scope

Key = Callable[..., str]

AWAY = "ALTER TABLE counterfoil_product RENAME TO away"
FULL = """
    CREATE FUNCTION pg_temp.full() RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'sorry, too many clients already' USING ERRCODE = '53300'; END $$;
    CREATE VIEW counterfoil_product AS
    SELECT away.* FROM pg_temp.full() LEFT JOIN away ON true
"""


def ask(key: str, *broken: str) -> HttpResponse:
    """Ask for the products while the database is like that."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in broken:
                cursor.execute(statement)
        client = Client(raise_request_exception=False)
        answer = client.get("/v1/products", headers={"Authorization": f"Bearer {key}"})
        transaction.set_rollback(True)
    return answer  # type: ignore[return-value]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("broken", "status", "code", "cause"),
    [
        ([AWAY], 500, "internal_error", 'relation "counterfoil_product" does not exist'),
        ([AWAY, FULL], 503, "unavailable", "too many clients"),
    ],
    ids=["unforeseen", "database"],
)
def test_the_caller_is_told_that_and_the_log_is_told_what(
    broken: list[str],
    status: int,
    code: str,
    cause: str,
    key: Key,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = key(Scope.READ_PRODUCTS)

    with caplog.at_level(logging.ERROR, "django.request"):
        answer = ask(secret, *broken)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code  # type: ignore[attr-defined]
    assert answer.get("Retry-After") == ("5" if status == 503 else None)
    assert cause not in answer.content.decode()
    [noted] = [one for one in caplog.records if one.name == "django.request"]
    assert noted.exc_info is not None
    assert cause in str(noted.exc_info[1])
