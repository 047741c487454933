"""Accounts are made one while somebody uses them."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction

from counterfoil.intake.joining import merge
from counterfoil.intake.retrying import with_retries
from counterfoil.models import Account, Assignment, Contact
from counterfoil.operations._people import person_for
from counterfoil.operations.change_mail import change_mail
from counterfoil.operations.redeem import redeem
from counterfoil.operations.transfer import transfer
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    customer,
    issue_many,
    make_account,
    make_assignee,
    now,
)
from tests.races.arena import SOME, fight, hesitate

pytestmark = pytest.mark.django_db(transaction=True)
Merging = Callable[[Account, Account], object]


def properly(survivor: Account, merged: Account) -> object:
    return merge(
        survivor_id=survivor.pk, merged_id=merged.pk, by=OPERATOR, at=now(), reason="asked"
    )


def carelessly(survivor: Account, merged: Account) -> object:
    """Look what there is, hand it over, and only then say that there is nothing any more."""
    with transaction.atomic():
        held = list(Assignment.objects.filter(account=merged).values_list("pk", flat=True))
        hesitate(0.005)
        Assignment.objects.filter(pk__in=held).update(account=survivor)
        Account.objects.filter(pk=merged.pk).update(merged_into=survivor)
    return None


def while_it_is_redeemed(using: Merging) -> None:
    issued = issue_many(SOME)
    pairs = [
        (make_account(f"s{number}@example.com"), make_account(f"m{number}@example.com"))
        for number in range(SOME)
    ]

    def present(code: str, to: Account) -> object:
        who = Assignee(account_id=to.pk)
        return with_retries(
            lambda: redeem(code=code, to=who, by=customer(who), at=now(), origin=ORIGIN)
        )

    def judge(number: int, outcomes: list[object]) -> None:
        assert not [one for one in outcomes if isinstance(one, Exception)]
        held = Assignment.objects.get(entitlement=issued.entitlement_ids[number], ended_at=None)
        assert held.account_id == pairs[number][0].pk

    rounds = [
        [partial(using, *pairs[number]), partial(present, code, pairs[number][1])]
        for number, code in enumerate(issued.codes)
    ]
    fight(rounds, judge, leads=(0, 0.002, -0.002))


def test_what_is_redeemed_meanwhile_is_the_survivors() -> None:
    while_it_is_redeemed(properly)


def test_it_catches_what_is_careless() -> None:
    with pytest.raises(AssertionError):
        while_it_is_redeemed(carelessly)


def test_what_is_passed_on_to_the_merged_account_meanwhile_is_the_survivors() -> None:
    ana, issued = make_assignee(), issue_many(SOME)
    for code in issued.codes:
        redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    pairs = [
        (make_account(f"s{number}@example.com"), make_account(f"m{number}@example.com"))
        for number in range(SOME)
    ]

    def give(number: int) -> object:
        to = Assignee(account_id=pairs[number][1].pk)
        return with_retries(
            lambda: transfer(
                entitlement_id=issued.entitlement_ids[number],
                to=to,
                by=OPERATOR,
                at=now(),
                reason="customer_asked",
            )
        )

    def judge(number: int, outcomes: list[object]) -> None:
        assert not [one for one in outcomes if isinstance(one, Exception)]
        held = Assignment.objects.get(entitlement=issued.entitlement_ids[number], ended_at=None)
        assert held.account_id == pairs[number][0].pk

    fight([[partial(properly, *pairs[one]), partial(give, one)] for one in range(SOME)], judge)


def test_merged_both_ways_at_once_one_is_left() -> None:
    pairs = [
        (make_account(f"s{number}@example.com"), make_account(f"m{number}@example.com"))
        for number in range(SOME)
    ]

    def judge(number: int, outcomes: list[object]) -> None:
        assert sorted(isinstance(one, Exception) for one in outcomes) == [False, True]
        kept = Account.objects.filter(pk__in=[one.pk for one in pairs[number]], merged_into=None)
        assert kept.count() == 1

    fight([[partial(properly, *pair), partial(properly, *pair[::-1])] for pair in pairs], judge)


def test_one_address_is_given_to_one_of_two_accounts() -> None:
    accounts = [make_account(f"a{number}@example.com") for number in range(2 * SOME)]
    for number in range(0, SOME, 2):  # some are known already
        person_for(Contact(mail=f"new{number}@example.com"), at=now())

    def take(account: Account, mail: str) -> object:
        return with_retries(
            lambda: change_mail(
                account_id=account.pk, mail=mail, by=OPERATOR, at=now(), reason="asked"
            )
        )

    def judge(number: int, outcomes: list[object]) -> None:
        assert sorted(isinstance(one, Exception) for one in outcomes) == [False, True]

    rounds = [
        [partial(take, accounts[2 * one + side], f"new{one}@example.com") for side in (0, 1)]
        for one in range(SOME)
    ]
    fight(rounds, judge)
