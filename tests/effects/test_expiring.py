"""What ends soon is told of: once for each day that its terms name, and each end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.effects.expiring import tell_expiring
from counterfoil.models import Event
from counterfoil.operations.extend import extend
from counterfoil.operations.revoke import revoke
from counterfoil.rules.events import EventType
from counterfoil.testing.builders import DOG, OPERATOR, issue_many, now
from tests.told import assert_told_soundly

pytestmark = pytest.mark.django_db


def told() -> list[tuple[object, int]]:
    """Give what was told, and how many days before the end."""
    expiring = Event.objects.filter(type=EventType.ENTITLEMENT_EXPIRING).order_by("pk")
    return [(one.entitlement_id, one.data["days"]) for one in expiring]


def test_each_end_is_told_once_for_each_warning() -> None:
    issued = issue_many(2, terms=replace(DOG, valid_days=30, warning_days=(7, 1)))
    first, second = issued.entitlement_ids
    ends = issued.entitlement().expires_at
    assert ends is not None
    revoke(entitlement_ids=[second], by=OPERATOR, at=now(), reason="mistake")

    assert tell_expiring(at=ends - timedelta(days=7, seconds=1)) == 0
    for days in (7, 6.9, 1, 0.9):
        tell_expiring(at=ends - timedelta(days=days))
    assert told() == [(first, 7), (first, 1)]
    assert tell_expiring(at=ends + timedelta(seconds=1)) == 0

    later = ends + timedelta(days=30)
    extend(entitlement_id=first, until=later, by=OPERATOR, at=now(), reason="goodwill")
    assert tell_expiring(at=later - timedelta(days=6.5)) == 1
    assert tell_expiring(at=later - timedelta(days=6.4)) == 0
    assert_told_soundly()


def test_what_fell_due_long_ago_is_not_told() -> None:
    issued = issue_many(1, terms=replace(DOG, valid_days=30, warning_days=(60, 7)))
    ends = issued.entitlement().expires_at
    assert ends is not None

    assert tell_expiring(at=now()) == 0
    assert tell_expiring(at=ends - timedelta(days=4)) == 0
