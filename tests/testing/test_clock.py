"""The clock a host's test moves, and those it cannot."""

import pytest
from django.utils import timezone

from counterfoil.errors import EntitlementExpired
from counterfoil.intake.clock import database_now
from counterfoil.operations.redeem import redeem
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import ORIGIN, customer, issue_one, make_assignee, now
from counterfoil.testing.clock import Clock
from tests.records import refused

pytestmark = pytest.mark.django_db
pytest_plugins = ["counterfoil.testing.fixtures"]


def test_it_moves_what_surfaces_call_now_and_not_the_database(counterfoil_clock: Clock) -> None:
    counterfoil_clock.move(days=3)

    assert (timezone.now() - database_now()).days in (2, 3)
    assert (now() - database_now()).days in (2, 3)


def test_it_is_put_back() -> None:
    with pytest.raises(RuntimeError), Clock(days=-400):
        raise RuntimeError("something went wrong in the test")

    assert abs((timezone.now() - database_now()).total_seconds()) < 60


def test_what_was_sold_long_ago_has_expired_today() -> None:
    with Clock(days=-31):
        old = issue_one(terms=Terms(valid_days=30))
    ana = make_assignee()

    with refused(EntitlementExpired):
        redeem(code=old.code, to=ana, by=customer(ana), origin=ORIGIN, at=now())
