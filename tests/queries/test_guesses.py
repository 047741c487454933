"""Guessing is stopped by session, by address and by network, each with a limit of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings
from tests.records import refused

from counterfoil.errors import CodeNotFound, TooManyAttempts
from counterfoil.operations.record_attempt import record_attempt
from counterfoil.queries.guesses import refuse_guessing
from counterfoil.rules.codes import draw_code
from counterfoil.rules.people import SYSTEM, Origin
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db
HERE = Origin(surface="page", session="s1", address="192.0.2.1", network="192.0.2.0/24")
ELSEWHERE = {"session": "s2", "address": "198.51.100.1", "network": "198.51.100.0/24"}


@pytest.mark.parametrize("unit", ELSEWHERE)
def test_each_unit_is_stopped_at_its_own_limit(settings: Settings, unit: str) -> None:
    settings.COUNTERFOIL_GUESS_LIMITS = {"session": 9, "address": 9, "network": 9, unit: 2}
    at = now()
    others = {name: value for name, value in ELSEWHERE.items() if name != unit}
    for number in range(2):
        refuse_guessing(origin=HERE, at=at)
        record_attempt(
            code=draw_code(),
            refusal=CodeNotFound(),
            origin=HERE,
            by=SYSTEM,
            at=at + timedelta(seconds=number),
        )

    with refused(TooManyAttempts):
        refuse_guessing(origin=replace(HERE, **others), at=at + timedelta(minutes=1))

    refuse_guessing(origin=replace(HERE, **{unit: ELSEWHERE[unit]}), at=at + timedelta(minutes=1))
    refuse_guessing(origin=HERE, at=at + timedelta(hours=1))
