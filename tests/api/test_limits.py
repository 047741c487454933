"""How many calls a key may make in a minute."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries
from tests.records import unchanged

from counterfoil.models import ApiKey, CallsTaken, Partner
from counterfoil.operations.lease_calls import SHARE, lease_calls
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db
CODE = {"code": "7K3M-9QXT-2B5N-RWE0"}


@pytest.fixture
def check(post: Callable[..., Any]) -> Callable[[str], Any]:
    """Look at a code that is none."""
    return lambda token: post("/v1/codes/check", CODE, token=token)


def stand_in_one_minute(token: str, *, taken: int) -> None:
    """Let a key have made calls already, in a minute that does not end while we look."""
    key = ApiKey.objects.get(prefix=token.split("_")[1])
    lease_calls(key_id=key.pk, most=SHARE, by=SYSTEM, at=now())
    CallsTaken.objects.filter(pk=key.pk).update(minute=2**40, taken=taken)


@override_settings(COUNTERFOIL_RATE_LIMITS={"key": 3})
def test_a_key_that_has_used_up_its_calls_waits_and_another_does_not(
    check: Callable[[str], Any], key: Callable[..., str]
) -> None:
    busy, other = key(Scope.CHECK), key(Scope.CHECK)
    stand_in_one_minute(busy, taken=1)

    calls = [check(busy) for _ in range(2)]
    with unchanged():
        refused = check(busy)

    assert [one.status_code for one in calls] == [409, 409]
    assert [one["RateLimit"].split(";")[1] for one in calls] == ["r=1", "r=0"]
    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    assert refused["RateLimit-Policy"] == '"minute";q=3;w=60'
    [told] = re.findall(r'^"minute";r=0;t=(\d+)$', refused["RateLimit"])
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert int(told) <= 60
    assert check(other).status_code == 409, "that of the code, which is none"


@override_settings(COUNTERFOIL_RATE_LIMITS={"key": 3})
def test_a_minute_later_it_has_its_calls_again(
    check: Callable[[str], Any], key: Callable[..., str]
) -> None:
    token = key(Scope.CHECK)
    key_id = ApiKey.objects.get(prefix=token.split("_")[1]).pk
    lease_calls(key_id=key_id, most=3, by=SYSTEM, at=now())
    CallsTaken.objects.update(minute=1, taken=3)

    assert check(token).status_code == 409
    assert CallsTaken.objects.get().taken == 1


def test_partners_have_fewer_and_none_are_counted_where_there_is_no_limit(
    check: Callable[[str], Any], key: Callable[..., str]
) -> None:
    token = key(Scope.CHECK)
    assert check(token)["RateLimit-Policy"] == '"minute";q=6000;w=60'

    zoo = Partner.objects.create(slug="zoo", name="Zoo", created_at=now())
    ApiKey.objects.update(partner=zoo)
    assert check(token)["RateLimit-Policy"] == '"minute";q=600;w=60'

    with override_settings(COUNTERFOIL_RATE_LIMITS={"partner": 0}):
        assert "RateLimit" not in check(token)


def test_only_a_right_key_is_counted(check: Callable[[str], Any], key: Callable[..., str]) -> None:
    token = key(Scope.CHECK)

    assert check(f"{token}x").status_code == 401

    assert not CallsTaken.objects.exists(), "or anybody who saw its prefix could use it up"


def test_most_calls_cost_no_statement_more(
    check: Callable[[str], Any],
    key: Callable[..., str],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    token = key(Scope.GRANT)
    check(token)  # leases, and remembers when the key was used

    with django_assert_num_queries(1):
        assert check(token).status_code == 403


def test_a_call_that_cannot_be_counted_is_let_through(
    check: Callable[[str], Any], key: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    token = key(Scope.CHECK)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE counterfoil_callstaken RENAME TO elsewhere")

    answer = check(token)

    assert answer.status_code == 409
    assert "RateLimit" not in answer
    assert "cannot be counted" in caplog.text


def test_what_was_leased_ends_with_the_minute_of_the_database() -> None:
    at = now()
    lease = lease_calls(key_id=ApiKey().pk, most=SHARE, by=SYSTEM, at=at)

    assert at < lease.ends_at <= at + timedelta(minutes=1)
