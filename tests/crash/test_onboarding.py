"""Killed at every statement, a step is done with all that follows, or was not begun."""

import pytest

from counterfoil.models import Assignment, OnboardingStep, Provisioning
from counterfoil.rules.terms import Terms
from tests.crash.doomed import Doomed, kill_everywhere
from tests.onboarding import ADDRESS, claim, send_to
from tests.scenes import history

pytestmark = pytest.mark.django_db(transaction=True)


def one_step_left() -> Assignment:
    return claim(Terms(onboarding=(ADDRESS,)))[2]


def was_sent(held: Assignment) -> None:
    assert history(held.entitlement_id) == ["issue", "redeem", "complete_step"]
    assert OnboardingStep.objects.get(assignment=held).answers()["city"] == "Madrid"
    assert Provisioning.objects.get(pk=held.entitlement_id).wanted == "active"


def test_a_step_is_done_or_not_begun() -> None:
    assert kill_everywhere(Doomed(scene=one_step_left, act=send_to, check=was_sent)) >= 4
