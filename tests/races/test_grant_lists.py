"""Lists of grants that two confirm at once, and requests that are approved and rejected at once."""

from collections import Counter
from functools import partial

import pytest
from django.db import transaction
from django.test import override_settings

from counterfoil.errors import ApprovalClosed, GrantListClosed
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Approval, Entitlement, GrantList, GrantListStatus, Job
from counterfoil.operations.approve import approve
from counterfoil.operations.discard_grant_list import discard_grant_list
from counterfoil.operations.reject import reject
from counterfoil.rules.people import Actor
from counterfoil.testing.builders import now
from tests.granting import MAILS, confirm, supporter, upload
from tests.races.arena import SOME, Call, fight, hesitate
from tests.staff import make_colleague

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(max(SOME // 3, 2))
MANY = [f"person-{number}@example.com" for number in range(21)]


def lists(by: Actor, mails: list[str] | tuple[str, ...] = MAILS) -> list[GrantList]:
    return [upload(mails, by, reference=f"CASE-{number}").grant_list for number in ROUNDS]


@override_settings(COUNTERFOIL_GRANT_DAILY_LIMIT=1_000_000)
def test_a_list_that_eight_confirm_is_given_once() -> None:
    olga, bert = supporter("olga"), supporter("bert")
    found = lists(olga)
    rounds = [
        [partial(confirm, one, olga if number % 2 else bert) for number in range(8)]
        for one in found
    ]

    def judge(number: int, outcomes: list[object]) -> None:
        assert all(isinstance(one, GrantList) for one in outcomes)
        work_jobs()
        assert Entitlement.objects.count() == len(MAILS) * (number + 1)
        assert Job.objects.filter(kind="grant_list").count() == number + 1

    fight(rounds, judge)


def test_two_lists_of_one_person_do_not_both_fit_where_one_does() -> None:
    found = {number: supporter(f"olga-{number}") for number in ROUNDS}
    pairs = [
        [upload(MAILS, by, reference=f"{name}-{number}").grant_list for name in "ab"]
        for number, by in found.items()
    ]
    rounds = [
        [partial(confirm, one, found[number]) for one in pair] for number, pair in enumerate(pairs)
    ]

    def judge(_number: int, outcomes: list[object]) -> None:
        assert Counter(type(one) for one in outcomes) == {GrantList: 1, Approval: 1}

    with override_settings(COUNTERFOIL_GRANT_DAILY_LIMIT=len(MAILS) + 1):
        fight(rounds, judge)


def test_of_approving_and_rejecting_one_counts() -> None:
    olga, bert, cleo = supporter("olga"), make_colleague("bert"), make_colleague("cleo")
    requests = [confirm(one, olga) for one in lists(olga, MANY)]

    def decisions(request: GrantList | Approval) -> list[Call]:
        about = {"approval_id": request.pk, "at": now()}
        return [
            partial(approve, by=bert, **about),
            partial(reject, by=cleo, comment="No", **about),
        ]

    def judge(number: int, outcomes: list[object]) -> None:
        assert [type(one) for one in outcomes].count(ApprovalClosed) == 1
        request = Approval.objects.get(pk=requests[number].pk)
        grant_list = GrantList.objects.get(pk=request.subject.partition(":")[0])
        is_given = request.decision == "approved"
        assert grant_list.status == ("confirmed" if is_given else "judged")
        assert Job.objects.filter(key=str(grant_list.pk)).exists() is is_given

    fight([decisions(one) for one in requests], judge)


def test_of_confirming_and_discarding_one_counts() -> None:
    olga = supporter("olga")
    found = lists(olga)
    with override_settings(COUNTERFOIL_GRANT_DAILY_LIMIT=1_000_000):
        rounds = [
            [
                partial(confirm, one, olga),
                partial(discard_grant_list, list_id=one.pk, by=olga, at=now()),
            ]
            for one in found
        ]

        def judge(number: int, outcomes: list[object]) -> None:
            assert [type(one) for one in outcomes].count(GrantListClosed) == 1
            grant_list = GrantList.objects.get(pk=found[number].pk)
            rows = grant_list.rows.count()
            assert (grant_list.status, rows) in {("discarded", 0), ("confirmed", len(MAILS))}

        fight(rounds, judge)


@transaction.atomic
def careless(grant_list: GrantList, by: Actor) -> GrantList:
    """Read the list without locking it, as who thinks that nobody else is about."""
    one = GrantList.objects.get(pk=grant_list.pk)
    hesitate(0.05)
    if one.status != GrantListStatus.JUDGED:
        raise GrantListClosed
    GrantList.objects.filter(pk=one.pk).update(status=GrantListStatus.CONFIRMED)
    return one


def test_confirming_without_a_lock_is_caught() -> None:
    olga = supporter("olga")
    found = lists(olga)

    def judge(_number: int, outcomes: list[object]) -> None:
        assert [type(one) for one in outcomes].count(GrantListClosed) == 1

    with pytest.raises(AssertionError):
        fight([[partial(careless, one, olga)] * 2 for one in found], judge)
