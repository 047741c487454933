"""A host that is down is asked for one thing at a time, and nothing is lost by that."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from counterfoil.effects.breaker import MOST_FAILURES, is_open
from counterfoil.effects.downstream import provision_due
from counterfoil.effects.provisioning import ProvisioningRefused
from counterfoil.effects.settling import settle
from counterfoil.models import DownstreamHealth, Entitlement, ExceptionCase, Provisioning
from counterfoil.operations.redeem import redeem
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    ORIGIN,
    Issued,
    customer,
    issue_many,
    make_assignee,
    now,
)
from tests.effects.hosts import World, nothing

pytestmark = pytest.mark.django_db
MORE = 5


class DownError(Exception):
    """The host does not answer."""


def down() -> None:
    raise DownError


def all_redeemed(count: int = MOST_FAILURES + MORE) -> Issued:
    issued, ana = issue_many(count, terms=Terms()), make_assignee()
    for code in issued.codes:
        redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    return issued


def states() -> set[str]:
    return set(Entitlement.objects.values_list("state", flat=True))


def until_open(world: World) -> datetime:
    all_redeemed()
    world.before, at = down, now()
    settle(at=at)
    assert len(world.calls) == MOST_FAILURES
    return at


def test_after_many_in_a_row_nothing_more_is_asked_and_staff_are_told_once(world: World) -> None:
    at = until_open(world)

    assert provision_due(at=at + timedelta(seconds=29)) == 0
    assert len(world.calls) == MOST_FAILURES
    case = ExceptionCase.objects.get(kind="provisioning_down")
    assert (case.key, case.evidence["error"]) == ("downstream", "DownError")
    assert states() == {"assigned"}
    untouched = Provisioning.objects.filter(attempts=0)
    assert untouched.count() == MORE


def test_one_is_tried_at_a_time_at_growing_intervals(world: World) -> None:
    at = until_open(world)
    asked = []
    for second in range(30, 1_200, 5):
        provision_due(at=at + timedelta(seconds=second))
        asked.append(len(world.calls) - MOST_FAILURES)

    probes = [30 + 5 * n for n in range(1, len(asked)) if asked[n] > asked[n - 1]]
    gaps = [later - earlier for earlier, later in pairwise(probes)]
    assert max(asked) < 10
    assert all(gap >= 30 for gap in gaps)
    assert gaps == sorted(gaps)


def test_when_it_answers_everything_is_done_and_the_case_is_closed(world: World) -> None:
    at = until_open(world)
    world.before = nothing

    settle(at=at + timedelta(minutes=3))

    assert states() == {"fulfilled"}
    assert DownstreamHealth.objects.get().opened_at is None
    case = ExceptionCase.objects.get(kind="provisioning_down")
    assert (case.outcome, case.resolved_by) == ("It answers again.", "Counterfoil")


def test_it_opens_again_when_it_fails_again(world: World) -> None:
    at = until_open(world)
    world.before = nothing
    settle(at=at + timedelta(minutes=3))
    world.before = down
    issued, bob = issue_many(MOST_FAILURES), make_assignee("bob@example.com")
    for code in issued.codes:
        redeem(code=code, to=bob, by=customer(bob), at=now(), origin=ORIGIN)

    settle(at=at + timedelta(minutes=4))

    assert is_open(at=at + timedelta(minutes=4))
    assert ExceptionCase.objects.filter(kind="provisioning_down", resolved_at=None).count() == 1


def test_one_that_always_fails_holds_up_no_other(world: World) -> None:
    [bad] = all_redeemed(1).entitlement_ids
    world.before, at = down, now()
    for minute in range(0, 60 * 24, 61):
        settle(at=at + timedelta(minutes=minute))
    assert Provisioning.objects.get(pk=bad).attempts > MOST_FAILURES
    assert DownstreamHealth.objects.get().failures == 1

    world.before = nothing
    [good] = all_redeemed(1).entitlement_ids
    provision_due(at=at + timedelta(days=1, minutes=2))

    assert Entitlement.objects.get(pk=good).state == "fulfilled"


def test_what_is_refused_for_itself_says_nothing_of_others(world: World) -> None:
    def refuse() -> None:
        raise ProvisioningRefused("No such breed.")

    all_redeemed()
    world.before = refuse
    settle()

    assert len(world.calls) == MOST_FAILURES + MORE
    assert not DownstreamHealth.objects.exists()
    assert Provisioning.objects.exclude(last_error="No such breed.").count() == 0


def test_what_waits_behind_it_is_parked_after_three_days_and_not_lost(world: World) -> None:
    at = until_open(world)
    later = at + timedelta(hours=73)
    DownstreamHealth.objects.update(probe_at=later + timedelta(minutes=1))

    settle(at=later)

    assert Provisioning.objects.exclude(parked_at=None).count() == MOST_FAILURES + MORE
    cases = ExceptionCase.objects.filter(kind="provisioning_parked")
    assert cases.count() == MOST_FAILURES + MORE
    assert "The system is down, so it was not asked." in {case.evidence["error"] for case in cases}
    assert states() == {"assigned"}
