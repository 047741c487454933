"""Acts on many over the same entitlements, and customers who are at one of them meanwhile."""

from functools import partial

import pytest
from django.utils import timezone

from counterfoil.errors import EntitlementRevoked
from counterfoil.models import Bulk, Entitlement, Entry
from counterfoil.operations.carry_out_bulk import carry_out_bulk
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.rules.acts import Act
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_many,
    make_assignee,
    now,
)
from tests.bulks import confirm, outcomes, preview
from tests.races.arena import SOME, Call, fight, hesitate

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(max(SOME // 3, 3))
UNITS = 4
LEADS = (0, 0.01, -0.01, 0.03)


def carry_out(bulk: Bulk) -> object:
    return carry_out_bulk(bulk_id=bulk.pk, after=0, by=SYSTEM, at=now())


def confirmed(act: Act, issued: Issued, **takes: str) -> Bulk:
    bulk = preview(act, issued.entitlement_ids, **takes)
    confirm(bulk)
    return bulk


def redeems(issued: Issued, mail: str) -> Call:
    who = make_assignee(mail)
    return partial(redeem, code=issued.code, to=who, by=customer(who), at=now(), origin=ORIGIN)


def test_eight_acts_on_the_same_do_it_once() -> None:
    sold = [issue_many(UNITS) for _ in ROUNDS]
    acts = [[confirmed(Act.REVOKE, one) for _ in range(8)] for one in sold]

    def judge(number: int, came: list[object]) -> None:
        assert not [one for one in came if isinstance(one, Exception)]
        told = [outcomes(one) for one in acts[number]]
        assert sorted(map(str, told)) == sorted(
            map(str, [{"done": UNITS}, *[{"unchanged": UNITS}] * 7])
        )
        written = Entry.objects.filter(entitlement__in=sold[number].entitlement_ids)
        assert written.filter(act_name="revoke").count() == UNITS

    fight([[partial(carry_out, one) for one in eight] for eight in acts], judge)


def test_one_act_by_eight_workers_is_done_once() -> None:
    acts = [confirmed(Act.PLACE_HOLD, issue_many(UNITS), kind="fraud") for _ in ROUNDS]

    def judge(number: int, came: list[object]) -> None:
        assert not [one for one in came if isinstance(one, Exception)]
        assert outcomes(acts[number]) == {"done": UNITS}
        assert Entry.objects.filter(act=acts[number].pk).count() == UNITS

    fight([[partial(carry_out, one)] * 8 for one in acts], judge)


def test_two_different_acts_on_the_same_leave_each_told_what_is_true() -> None:
    sold = [issue_many(UNITS) for _ in ROUNDS]
    acts = [
        [confirmed(Act.REVOKE, one), confirmed(Act.PLACE_HOLD, one, kind="fraud")] for one in sold
    ]

    def judge(number: int, came: list[object]) -> None:
        assert not [one for one in came if isinstance(one, Exception)]
        revoking, holding = (outcomes(one) for one in acts[number])
        # Whoever is first does it to all of them; what the other had been shown has moved.
        assert (revoking, holding) in (
            ({"done": UNITS}, {"moved": UNITS}),
            ({"moved": UNITS}, {"done": UNITS}),
        )

    fight([[partial(carry_out, one) for one in two] for two in acts], judge)


def customers_keep_what_they_got(sold: list[Issued], number: int, came: list[object]) -> None:
    """Whoever was told that it is theirs has it; nobody meant to take what is in use."""
    state = Entitlement.objects.get(pk=sold[number].id).state
    if isinstance(came[1], Exception):
        assert isinstance(came[1], EntitlementRevoked)
        assert state == "revoked"
    else:
        assert state == "assigned"


def test_what_a_customer_redeems_meanwhile_is_left_and_reported() -> None:
    sold = [issue_many(UNITS) for _ in ROUNDS]
    acts = [confirmed(Act.REVOKE, one) for one in sold]

    def judge(number: int, came: list[object]) -> None:
        customers_keep_what_they_got(sold, number, came)
        was_redeemed = not isinstance(came[1], Exception)
        told = {"done": UNITS - 1, "moved": 1} if was_redeemed else {"done": UNITS}
        assert outcomes(acts[number]) in (told, dict(reversed(told.items())))

    rounds = [
        [partial(carry_out, act), redeems(one, f"ana{number}@example.com")]
        for number, (act, one) in enumerate(zip(acts, sold, strict=True))
    ]
    fight(rounds, judge, leads=LEADS)


def test_an_act_that_believes_its_preview_is_caught() -> None:
    sold = [issue_many(UNITS) for _ in ROUNDS]

    def careless(issued: Issued) -> object:
        hesitate(0.03)  # as long as somebody looks at the preview
        return revoke(
            entitlement_ids=issued.entitlement_ids, by=OPERATOR, at=timezone.now(), reason="x"
        )

    rounds = [
        [partial(careless, one), redeems(one, f"ana{number}@example.com")]
        for number, one in enumerate(sold)
    ]
    with pytest.raises(AssertionError):
        fight(rounds, partial(customers_keep_what_they_got, sold), leads=LEADS)
