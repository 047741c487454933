"""What the door refuses is counted, told of when it is a lot, and never written as often."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import override_settings

from counterfoil.intake.refusals import ALARM, Refusals, watch_refusals
from counterfoil.models import Connection, ExceptionCase, Message, RefusedMessages
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.testing.builders import OPERATOR, now
from tests.intake.native import Shop, deliver, open_shop

COVERS = {
    "F5": [
        "test_what_is_forged_leaves_a_count_and_nothing_else",
        "test_more_than_twenty_in_a_minute_are_an_exception_until_an_hour_of_quiet",
        "test_a_flood_is_not_written_as_often_as_it_comes",
    ],
    "F8": ["test_every_reason_is_counted_apart"],
    "F9": ["test_every_reason_is_counted_apart"],
}
pytestmark = pytest.mark.django_db
KIND = ExceptionKind.MESSAGES_REFUSED


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def refuse(shop: Shop, times: int, *, ago: timedelta = timedelta()) -> None:
    """Count so many forged messages in one minute, that long ago."""
    at = now() - ago
    RefusedMessages.objects.create(
        connection=shop.connection,
        reason="forged",
        minute=at.replace(second=0, microsecond=0),
        count=times,
    )


def open_cases() -> int:
    return ExceptionCase.objects.filter(kind=KIND.value, resolved_at=None).count()


def test_what_is_forged_leaves_a_count_and_nothing_else(shop: Shop) -> None:
    body = shop.message(shop.paid_cart())
    for _ in range(3):
        assert shop.post(body, secret="cfsec_of_somebody_else") == 401

    assert sum(RefusedMessages.objects.values_list("count", flat=True)) == 3
    assert not Message.objects.exists()
    assert shop.post(body) == 200


def test_every_reason_is_counted_apart(shop: Shop) -> None:
    body = shop.message(shop.paid_cart())
    shop.post(body, secret="cfsec_of_somebody_else")
    shop.post(body, late=timedelta(hours=1))
    shop.post(b"[]")
    with override_settings(COUNTERFOIL_MESSAGE_MAX_BYTES=10):
        shop.post(body)
    Connection.objects.update(enabled=False)
    shop.post(body)

    reasons = set(RefusedMessages.objects.values_list("reason", flat=True))
    assert reasons == {"forged", "stale", "malformed", "too_large", "paused"}


def test_nobody_is_counted_for_a_connection_that_is_not_there() -> None:
    assert deliver("nobody", b"{}", {}) == 404
    assert not RefusedMessages.objects.exists()


def test_more_than_twenty_in_a_minute_are_an_exception_until_an_hour_of_quiet(shop: Shop) -> None:
    refuse(shop, ALARM)
    watch_refusals()
    assert open_cases() == 0

    RefusedMessages.objects.update(count=ALARM + 1)
    for _ in range(3):
        watch_refusals()
    case = ExceptionCase.objects.get(kind=KIND.value)
    assert (case.key, case.resolved_at) == ("ours", None)
    assert case.evidence["in_the_last_hour"] == ALARM + 1
    assert case.evidence["reasons"] == [f"forged: {ALARM + 1}"]

    RefusedMessages.objects.update(minute=now() - timedelta(minutes=62))
    watch_refusals()
    case.refresh_from_db()
    assert case.outcome == "Nothing of the kind for an hour."


def test_the_alarm_goes_off_at_the_door(shop: Shop) -> None:
    """The negative control: as many as are allowed are silent, one more is not."""
    body = shop.message(shop.paid_cart())
    for _ in range(ALARM):
        shop.post(body, secret="cfsec_of_somebody_else")
    RefusedMessages.objects.update(minute=now().replace(second=0, microsecond=0))
    watch_refusals()
    assert open_cases() == 0

    refuse_again = RefusedMessages.objects.get()
    refuse_again.count += 1
    refuse_again.save()
    watch_refusals()
    assert open_cases() == 1


def test_what_a_person_has_seen_is_told_again_only_if_it_goes_on(shop: Shop) -> None:
    refuse(shop, 100, ago=timedelta(minutes=10))
    watch_refusals()
    resolve_exception(kind=KIND, key="ours", outcome="Known.", by=OPERATOR, at=now())
    watch_refusals()
    assert open_cases() == 0

    RefusedMessages.objects.update(minute=now() + timedelta(minutes=1))
    watch_refusals()
    assert open_cases() == 1


def test_what_a_paused_connection_turns_away_is_no_alarm(shop: Shop) -> None:
    refuse(shop, 100)
    RefusedMessages.objects.update(reason="paused")
    watch_refusals()
    assert open_cases() == 0


def test_a_flood_is_not_written_as_often_as_it_comes(shop: Shop) -> None:
    counting, written, start = Refusals(), 0, now().replace(second=0, microsecond=0)

    def counted(execute: object, sql: str, *given: object) -> object:
        nonlocal written
        written += "counterfoil_refusedmessages" in sql
        return execute(sql, *given)  # type: ignore[operator]

    with connection.execute_wrapper(counted):  # type: ignore[arg-type]
        for number in range(30_000):  # in 30 seconds
            at = start + timedelta(milliseconds=number)
            counting.count(shop.connection.pk, "forged", at=at)
        counting.count(shop.connection.pk, "forged", at=start + timedelta(minutes=1))

    assert written <= 30 + 30 + 2
    assert sum(RefusedMessages.objects.values_list("count", flat=True)) == 30_001


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_counted_is_refused_all_the_same(shop: Shop) -> None:
    def fail(execute: object, sql: str, *given: object) -> object:
        if "counterfoil_refusedmessages" in sql:
            raise DatabaseError("disk full")
        return execute(sql, *given)  # type: ignore[operator]

    with connection.execute_wrapper(fail):  # type: ignore[arg-type]
        assert deliver("ours", b"{}", {}) == 401


def test_old_counts_are_forgotten(shop: Shop) -> None:
    refuse(shop, 1, ago=timedelta(days=31))
    watch_refusals()
    assert not RefusedMessages.objects.exists()
