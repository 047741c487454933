"""One code, and everything that may happen to it while it is being redeemed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import pytest
from django.db import IntegrityError

from counterfoil.errors import (
    CodeAlreadyUsed,
    CodeReplaced,
    CounterfoilError,
    EntitlementExpired,
    EntitlementOnHold,
    EntitlementRevoked,
    IllegalMove,
)
from counterfoil.models import Assignment, Entitlement
from counterfoil.operations.redeem import redeem
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.revoke import revoke
from counterfoil.rules.orders import DisputeStatus, OrderDispute
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    a_line,
    a_refund,
    an_order,
    converge,
    customer,
    issue_many,
    make_assignee,
    make_connection,
    make_product,
    now,
)
from tests.races import careless
from tests.races.arena import ROUNDS, SOME, fight
from tests.scenes import end, history, suspend, withdraw

pytestmark = pytest.mark.django_db(transaction=True)
Redeem = Callable[[str, Assignee], object]
CAUGHT = (AssertionError, IntegrityError)
WRITERS = 8


def proper(code: str, to: Assignee) -> object:
    return redeem(code=code, to=to, by=customer(to), at=now(), origin=ORIGIN)


def unguarded(code: str, to: Assignee) -> object:
    return careless.redeem(code=code, to=to)


def cached(code: str, to: Assignee) -> object:
    return careless.redeem_with_cache(code=code, to=to)


def writers_on_one_code(using: Redeem) -> None:
    people = [make_assignee(f"p{number}@example.com") for number in range(WRITERS)]
    issued = issue_many(ROUNDS)
    rounds = [[partial(using, code, one) for one in people] for code in issued.codes]

    def judge(number: int, outcomes: list[object]) -> None:
        refusals = [one for one in outcomes if isinstance(one, Exception)]
        assert [type(one) for one in refusals] == [CodeAlreadyUsed] * (WRITERS - 1)
        winner = next(i for i, one in enumerate(outcomes) if one not in refusals)
        held = Assignment.objects.get(entitlement=issued.entitlement_ids[number])
        assert held.account_id == people[winner].account_id

    fight(rounds, judge)


def test_of_eight_who_present_one_code_one_has_it() -> None:
    writers_on_one_code(proper)


@pytest.mark.parametrize("wrong", [unguarded, cached], ids=["read then save", "lock in a cache"])
def test_eight_writers_catch_what_is_careless(wrong: Redeem) -> None:
    with pytest.raises(CAUGHT):
        writers_on_one_code(wrong)


def test_one_who_presents_it_eight_times_at_once_has_it_once() -> None:
    ana = make_assignee()
    issued = issue_many(ROUNDS)

    def judge(number: int, outcomes: list[object]) -> None:
        assert [getattr(one, "repeated", one) for one in outcomes].count(False) == 1
        assert history(issued.entitlement_ids[number]) == ["issue", "redeem"]

    fight([[partial(proper, code, ana)] * WRITERS for code in issued.codes], judge)


@dataclass(frozen=True)
class Rival:
    """
    Something that happens to an entitlement while its code is being redeemed.

    ``first`` tells how it ends if the code was first, ``second`` if it came too late: the acts of
    the ledger, in order, how the redemption was refused, and how the rival was.
    """

    act: Callable[[Issued, int], object]
    first: tuple[list[str], type[CounterfoilError] | None]
    second: tuple[list[str], type[CounterfoilError]]


def refund(issued: Issued, _: int) -> object:
    order = an_order(reference=issued.purchase.external_reference)
    back = a_refund()
    return converge(issued.purchase.connection, replace(order, refunds=(back,)))


def dispute(status: DisputeStatus, issued: Issued, _: int) -> object:
    order = an_order(reference=issued.purchase.external_reference)
    disputed = OrderDispute(
        reference="dp_1", amount=11_400, currency="USD", status=status, at=now()
    )
    return converge(issued.purchase.connection, replace(order, disputes=(disputed,)))


def swap(issued: Issued, number: int) -> object:
    return replace_code(
        entitlement_id=issued.entitlement_ids[number], by=OPERATOR, at=now(), reason="lost"
    )


RIVALS = {
    "revoke": Rival(
        lambda issued, number: withdraw(issued.entitlement_ids[number]),
        (["issue", "redeem", "revoke"], None),
        (["issue", "revoke"], EntitlementRevoked),
    ),
    "end of validity": Rival(
        lambda issued, number: end(issued.entitlement_ids[number]),
        (["issue", "redeem", "extend"], None),
        (["issue", "extend"], EntitlementExpired),
    ),
    "hold": Rival(
        lambda issued, number: suspend(issued.entitlement_ids[number]),
        (["issue", "redeem", "place_hold"], None),
        (["issue", "place_hold"], EntitlementOnHold),
    ),
    "replace": Rival(
        swap,
        (["issue", "redeem"], IllegalMove),
        (["issue", "replace_code"], CodeReplaced),
    ),
}
CHANNEL_RIVALS = {
    "refund": Rival(refund, (["issue", "redeem"], None), (["issue", "revoke"], EntitlementRevoked)),
    "open dispute": Rival(
        partial(dispute, DisputeStatus.OPEN),
        (["issue", "redeem"], None),
        (["issue", "place_hold"], EntitlementOnHold),
    ),
    "lost dispute": Rival(
        partial(dispute, DisputeStatus.LOST),
        (["issue", "redeem"], None),
        (["issue", "revoke"], EntitlementRevoked),
    ),
}


def clash(rival: Rival, shops: list[tuple[Issued, int]], using: Redeem) -> None:
    ana = make_assignee()
    rounds = [
        [
            partial(using, issued.codes[number], ana),
            partial(rival.act, issued, number),
        ]
        for issued, number in shops
    ]

    def judge(number: int, outcomes: list[object]) -> None:
        issued, place = shops[number]
        redeemed, rivalled = (type(one) if isinstance(one, Exception) else None for one in outcomes)
        acts, refusal = rival.first if redeemed is None else (rival.second[0], None)
        assert redeemed in (None, rival.second[1])
        assert rivalled == refusal
        assert history(issued.entitlement_ids[place]) == acts

    seen = fight(rounds, judge, even=True)
    assert len(seen) == 2, f"it was never open who is first: {seen}"


def one_purchase() -> list[tuple[Issued, int]]:
    """Sell everything in one purchase."""
    issued = issue_many(ROUNDS)
    return [(issued, number) for number in range(ROUNDS)]


def purchases() -> list[tuple[Issued, int]]:
    """Sell everything one by one."""
    connection = make_connection(make_product())
    orders = [an_order(reference=f"cs_{number}") for number in range(SOME + 5)]
    return [(converge(connection, order), 0) for order in orders]


@pytest.mark.parametrize("name", RIVALS)
def test_whoever_is_first_wins(name: str) -> None:
    clash(RIVALS[name], one_purchase(), proper)


@pytest.mark.parametrize("name", CHANNEL_RIVALS)
def test_whoever_is_first_wins_against_the_channel_too(name: str) -> None:
    clash(CHANNEL_RIVALS[name], purchases(), proper)


@pytest.mark.parametrize("name", RIVALS)
def test_a_careless_redemption_is_caught(name: str) -> None:
    with pytest.raises(CAUGHT):
        clash(RIVALS[name], one_purchase(), unguarded)


@pytest.mark.parametrize("name", CHANNEL_RIVALS)
def test_a_careless_redemption_is_caught_by_the_channel_too(name: str) -> None:
    with pytest.raises(CAUGHT):
        clash(CHANNEL_RIVALS[name], purchases(), unguarded)


def recall(using: Redeem) -> None:
    """Withdraw a whole purchase while seven of its codes are presented."""
    connection = make_connection(make_product())
    people = [make_assignee(f"p{number}@example.com") for number in range(WRITERS - 1)]
    shops = [
        converge(connection, an_order(a_line(WRITERS - 1), reference=f"cs_{number}"))
        for number in range(SOME)
    ]

    def everything(issued: Issued) -> object:
        ids = issued.entitlement_ids
        return revoke(entitlement_ids=ids, by=OPERATOR, at=now(), reason="recall")

    rounds = [
        [
            *(partial(using, *one) for one in zip(issued.codes, people, strict=True)),
            partial(everything, issued),
        ]
        for issued in shops
    ]

    def judge(number: int, outcomes: list[object]) -> None:
        *redeemed, revoked = outcomes
        assert not isinstance(revoked, Exception)
        for one, outcome in zip(shops[number].entitlement_ids, redeemed, strict=True):
            was_late = isinstance(outcome, EntitlementRevoked)
            assert was_late or not isinstance(outcome, Exception)
            assert history(one) == ["issue", *([] if was_late else ["redeem"]), "revoke"]
        assert not Entitlement.objects.filter(purchase=shops[number].purchase).exclude(
            state="revoked"
        )

    fight(rounds, judge, even=True)


def test_a_recall_takes_everything_whoever_is_redeeming() -> None:
    recall(proper)


def test_a_recall_catches_a_careless_redemption() -> None:
    with pytest.raises(CAUGHT):
        recall(unguarded)
