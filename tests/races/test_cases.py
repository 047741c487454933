"""Several members of staff at one case at once: one settles it, the others are told who."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone

from counterfoil.errors import CaseSettled, CaseTaken
from counterfoil.models import Entry, ExceptionCase
from counterfoil.operations.park import park
from counterfoil.operations.take_case import take_case
from counterfoil.playbooks.following import follow
from counterfoil.playbooks.playbook import Doing
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM, Actor
from counterfoil.testing.builders import OPERATOR, now
from tests.playbooks.scenes import a_case, refunded_in_use, suggested
from tests.races.arena import fight, hesitate

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = [
    replace(OPERATOR, id=f"operator-{number}", display=f"Operator {number}") for number in range(8)
]
FEW = 4


def test_settled_by_eight_at_once_in_two_ways_one_of_them_has_done_it() -> None:
    cases = [refunded_in_use() for _ in range(FEW)]

    def press(case: ExceptionCase, name: str, mark: str, by: Actor) -> object:
        return follow(case.pk, name, mark=mark, doing=Doing(by=by, at=now()))

    def judge(number: int, outcomes: list[object]) -> None:
        case, issued = cases[number]
        refusals = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert refusals == [CaseSettled] * (len(STAFF) - 1)
        case.refresh_from_db()
        decided = Entry.objects.filter(entitlement=issued.id, act_name="decide_refund")
        assert [one.actor_display for one in decided] == [case.resolved_by]
        is_revoked = issued.entitlement().state == "revoked"
        assert is_revoked is (case.resolution == "revoke")

    rounds = []
    for case, _issued in cases:
        ways = suggested(case)
        names = ["revoke", "keep"] * (len(STAFF) // 2)
        rounds.append(
            [
                partial(press, case, name, ways[name].mark, by)
                for name, by in zip(names, STAFF, strict=True)
            ]
        )
    fight(rounds, judge)


def take_carelessly(*, case_id: UUID, by: Actor, at: datetime) -> None:
    """Look first, and write later."""
    case = ExceptionCase.objects.get(pk=case_id)
    if case.owner_id:
        raise CaseTaken
    hesitate(0.002)
    ExceptionCase.objects.filter(pk=case_id).update(owner_id=by.id, taken_at=at)


def taken_by_eight(take: object) -> None:
    cases = [
        park(kind=ExceptionKind.ORDER_STUCK, key=f"{one}", evidence={}, by=SYSTEM, at=now())
        for one in range(FEW)
    ]

    def judge(_number: int, outcomes: list[object]) -> None:
        refusals = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert refusals == [CaseTaken] * (len(STAFF) - 1)

    rounds = [
        [partial(take, case_id=case.pk, by=by, at=timezone.now()) for by in STAFF]  # type: ignore[call-overload]
        for case in cases
    ]
    fight(rounds, judge)


def test_taken_on_by_eight_at_once_one_has_it() -> None:
    taken_by_eight(take_case)


def test_careless_taking_is_caught() -> None:
    with pytest.raises(AssertionError):
        taken_by_eight(take_carelessly)


def test_found_by_eight_at_once_it_is_one_case() -> None:
    def judge(number: int, outcomes: list[object]) -> None:
        assert not [one for one in outcomes if isinstance(one, Exception)]
        assert ExceptionCase.objects.filter(key=f"found {number}").count() == 1

    rounds = [
        [partial(a_case, ExceptionKind.ORDER_STUCK, f"found {number}", {"by": n}) for n in range(8)]
        for number in range(FEW)
    ]
    fight(rounds, judge)
