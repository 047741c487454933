"""What is kept for somebody, in several hands at once."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from counterfoil.errors import (
    EntitlementReserved,
    EntitlementRevoked,
    NotEnoughFree,
    NotFree,
    ReservationOver,
    StaleEntitlement,
    TooManyReserved,
)
from counterfoil.models import Entitlement, Product, Reservation, ReservedEntitlement
from counterfoil.operations.lapse_reservations import lapse_reservations
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.redeem import redeem
from counterfoil.operations.release import release
from counterfoil.operations.renew import renew
from counterfoil.operations.reserve import reserve
from counterfoil.operations.revoke import revoke
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    customer,
    issue_many,
    make_assignee,
    now,
)
from tests.races import careless
from tests.races.arena import ROUNDS, SOME, fight, grown
from tests.reservations import OWNER, asked, kept, later, stock
from tests.scenes import HOLD, come_to_time, history

pytestmark = pytest.mark.django_db(transaction=True)
CAUGHT = (AssertionError, IntegrityError)
WRITERS = 5
Using = Callable[..., object]


def named(entitlement_id: UUID, **other: object) -> Reservation:
    """Keep this one and no other."""
    return reserve(
        owner=OWNER,
        key=str(uuid4()),
        entitlement_ids=[entitlement_id],
        until=later(1),
        by=OPERATOR,
        at=now(),
        **other,  # type: ignore[arg-type]
    )


def present(code: str, to: Assignee) -> object:
    return redeem(code=code, to=to, by=customer(to), at=now(), origin=ORIGIN)


def pops(using: Using) -> None:
    """Let fifty, five at a time, each take one of fifty."""
    product, units = stock(10 * WRITERS)

    def judge(number: int, outcomes: list[object]) -> None:
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
        found = ReservedEntitlement.objects.values_list("entitlement_id", flat=True)
        assert len(set(found)) == len(found) == (number + 1) * WRITERS

    takers = [f"key:{number}" for number in range(10 * WRITERS)]
    rounds = [
        [partial(using, product, owner) for owner in takers[first : first + WRITERS]]
        for first in range(0, len(takers), WRITERS)
    ]
    fight(rounds, judge)
    assert Entitlement.objects.filter(state="reserved").count() == len(units)


def pop(product: Product, owner: str) -> object:
    return reserve(**asked(product, 1, owner=owner))


def test_fifty_that_each_take_one_of_fifty_get_fifty_different_ones() -> None:
    pops(pop)


def test_a_careless_pick_is_caught() -> None:
    with pytest.raises(CAUGHT):
        pops(careless.pop)


def test_who_finds_too_few_gets_none_and_the_other_all() -> None:
    product, units = stock(6)

    def take(owner: str) -> object:
        return reserve(**asked(product, 4, owner=owner))

    def judge(number: int, outcomes: list[object]) -> None:
        refusals = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert refusals == [NotEnoughFree]
        [made] = [one for one in outcomes if isinstance(one, Reservation)]
        assert len(kept(made)) == 4
        assert Entitlement.objects.filter(state="issued").count() == len(units) - 4
        release(reservation_id=made.pk, by=OPERATOR, at=now(), reason="over")

    fight([[partial(take, owner) for owner in ("key:1", "key:2")]] * SOME, judge)


def test_one_owner_never_has_more_than_the_setting_says(settings: object) -> None:
    settings.COUNTERFOIL_RESERVATION_LIMIT = SOME * 2  # type: ignore[attr-defined]
    product, _ = stock(SOME * WRITERS)

    def judge(number: int, outcomes: list[object]) -> None:
        refused = {type(one) for one in outcomes if isinstance(one, Exception)}
        assert refused <= {TooManyReserved}
        assert ReservedEntitlement.objects.count() <= SOME * 2

    seen = fight([[partial(pop, product, OWNER)] * WRITERS for _ in range(SOME)], judge)
    assert ReservedEntitlement.objects.count() == SOME * 2, seen


def test_the_same_key_several_times_at_once_is_one_reservation() -> None:
    product, _ = stock(SOME * 2)
    requests = [asked(product, 2) for _ in range(SOME)]

    def judge(number: int, outcomes: list[object]) -> None:
        assert len({getattr(one, "pk", None) for one in outcomes}) == 1
        assert ReservedEntitlement.objects.count() == 2 * (number + 1)

    fight([[partial(reserve, **one)] * WRITERS for one in requests], judge)


def against_redeem(using: Using) -> Counter[tuple[str, ...]]:
    ana = make_assignee()
    issued = issue_many(ROUNDS)

    def judge(number: int, outcomes: list[object]) -> None:
        redeemed, made = outcomes
        one = issued.entitlement_ids[number]
        if isinstance(made, Exception):
            assert isinstance(made, (NotFree, StaleEntitlement))
            assert not isinstance(redeemed, Exception)
            assert history(one) == ["issue", "redeem"]
        else:
            assert isinstance(redeemed, EntitlementReserved)
            assert history(one) == ["issue", "reserve"]

    pairs = zip(issued.codes, issued.entitlement_ids, strict=True)
    return fight(
        [[partial(using, code=code, to=ana), partial(named, one)] for code, one in pairs],
        judge,
        even=True,
    )


def test_reserved_and_redeemed_at_once_it_is_one_or_the_other() -> None:
    assert len(against_redeem(present)) == 2


def test_a_careless_redemption_of_what_is_being_reserved_is_caught() -> None:
    with pytest.raises(CAUGHT):
        against_redeem(careless.redeem)


def kept_for_a_moment(count: int, moment: timedelta) -> tuple[list[Reservation], tuple[str, ...]]:
    """Keep so many, whose time has come or will in a moment."""
    issued = issue_many(count)
    made = [named(one) for one in issued.entitlement_ids]
    for one in made:
        come_to_time(one, until=now() + moment)
    return made, issued.codes


def lapse() -> object:
    return lapse_reservations(by=SYSTEM, at=now())


def lapse_against_redeem(using: Callable[[], object]) -> None:
    ana = make_assignee()
    made, codes = kept_for_a_moment(SOME, timedelta(days=1))
    items = [reservation.items.get().entitlement_id for reservation in made]

    def over(number: int) -> object:
        return using()

    def judge(number: int, outcomes: list[object]) -> None:
        redeemed, lapsed = outcomes
        assert not isinstance(redeemed, Exception)
        told = history(items[number])
        assert told == ["issue", "reserve", *(["release"] if lapsed else []), "redeem"]
        assert made[number].items.get().ended_because == "lapsed"
        if number + 1 < len(made):
            come_to_time(made[number + 1])

    come_to_time(made[0])
    rounds = [
        [partial(present, code, ana), partial(over, number)] for number, code in enumerate(codes)
    ]
    fight(rounds, judge, leads=(0, 0.002, -0.002, 0.004))


def test_what_has_come_to_its_time_is_redeemed_whether_it_lapsed_by_then_or_not() -> None:
    lapse_against_redeem(lapse)


def test_a_careless_lapse_is_caught() -> None:
    with pytest.raises(CAUGHT):
        lapse_against_redeem(careless.lapse)


def renew_against_lapse(using: Using, soon: Callable[[float], float] = lambda it: it) -> None:
    made, _ = kept_for_a_moment(SOME, timedelta(days=1))
    until, ends = later(3), list[datetime]()

    def longer(reservation: Reservation) -> object:
        return using(reservation_id=reservation.pk, until=until, by=OPERATOR, at=now())

    def over() -> None:
        last = ends[-1] + timedelta(milliseconds=20)
        while now() < last:
            lapse()

    def begin(number: int) -> None:
        ends.append(now() + timedelta(seconds=soon(0.015)))
        come_to_time(made[number], until=ends[-1])

    def judge(number: int, outcomes: list[object]) -> None:
        renewed, _ = outcomes
        lapse()
        still = kept(made[number])
        assert bool(still) is not isinstance(renewed, ReservationOver), renewed
        if number + 1 < len(made):
            begin(number + 1)

    begin(0)
    rounds = [[partial(longer, one), over] for one in made]
    fight(rounds, judge, leads=(0, 0.005, 0.012, 0.02))


def test_renewed_when_its_time_comes_it_is_kept_or_over_and_never_both() -> None:
    renew_against_lapse(renew)


def test_a_careless_renewal_is_caught() -> None:
    with pytest.raises(CAUGHT):
        renew_against_lapse(careless.renew, soon=grown)


def release_against_redeem(using: Using) -> Counter[tuple[str, ...]]:
    ana = make_assignee()
    issued = issue_many(ROUNDS)
    made = [named(one) for one in issued.entitlement_ids]

    def let_go(reservation: Reservation) -> object:
        return using(reservation_id=reservation.pk, by=OPERATOR, at=now(), reason="over")

    def judge(number: int, outcomes: list[object]) -> None:
        redeemed, released = outcomes
        assert not isinstance(released, Exception), released
        refused = isinstance(redeemed, EntitlementReserved)
        told = ["issue", "reserve", "release", *([] if refused else ["redeem"])]
        assert history(issued.entitlement_ids[number]) == told

    pairs = zip(issued.codes, made, strict=True)
    return fight(
        [[partial(present, code, ana), partial(let_go, one)] for code, one in pairs],
        judge,
        leads=(-0.02, 0, 0.01, 0.25),  # whoever is refused came too early
    )


def test_released_while_a_stranger_presents_it_they_are_refused_or_have_it() -> None:
    assert len(release_against_redeem(release)) == 2


def test_released_while_whoever_it_is_for_presents_it_they_have_it() -> None:
    ana = make_assignee()
    issued = issue_many(ROUNDS)
    made = [named(one, account_id=ana.account_id) for one in issued.entitlement_ids]

    def let_go(reservation: Reservation) -> object:
        return release(reservation_id=reservation.pk, by=OPERATOR, at=now(), reason="over")

    def judge(number: int, outcomes: list[object]) -> None:
        assert not [one for one in outcomes if isinstance(one, Exception)]
        end = made[number].items.get().ended_because
        told = ["issue", "reserve", *(["release"] if end == "released" else []), "redeem"]
        assert history(issued.entitlement_ids[number]) == told

    pairs = zip(issued.codes, made, strict=True)
    rounds = [[partial(present, code, ana), partial(let_go, one)] for code, one in pairs]
    fight(rounds, judge, leads=(0, 0.002, -0.002))


def reserve_against(using: Using, act: Callable[[UUID], object]) -> list[list[str]]:
    issued, seen = issue_many(ROUNDS), []

    def judge(number: int, outcomes: list[object]) -> None:
        made, other = outcomes
        assert not isinstance(other, Exception)
        assert isinstance(made, (Reservation, NotFree, StaleEntitlement)), made
        seen.append(history(issued.entitlement_ids[number]))
        assert ("reserve" in seen[-1]) is isinstance(made, Reservation)
        assert seen[-1][-1] != "reserve"

    rounds = [[partial(using, one), partial(act, one)] for one in issued.entitlement_ids]
    fight(rounds, judge, even=True)
    return seen


def withdraw(entitlement_id: UUID) -> object:
    return revoke(entitlement_ids=[entitlement_id], by=OPERATOR, at=now(), reason="mistake")


def hold(entitlement_id: UUID) -> object:
    return place_hold(
        entitlement_ids=[entitlement_id], by=OPERATOR, at=now(), reason="suspicion", **HOLD
    )


def test_reserved_and_revoked_at_once_it_ends_revoked_and_kept_by_nobody() -> None:
    seen = reserve_against(named, withdraw)

    assert {tuple(told) for told in seen} == {
        ("issue", "revoke"),
        ("issue", "reserve", "revoke"),
    }
    assert not ReservedEntitlement.objects.filter(ended_at=None).exists()
    with pytest.raises(EntitlementRevoked):
        present(issue_and_revoke(), make_assignee())


def issue_and_revoke() -> str:
    issued = issue_many(1)
    withdraw(issued.id)
    return issued.code


def test_reserved_and_suspended_at_once_it_is_never_reserved_after_the_hold() -> None:
    seen = reserve_against(named, hold)

    assert {tuple(told) for told in seen} == {
        ("issue", "place_hold"),
        ("issue", "reserve", "place_hold"),
    }


@pytest.mark.parametrize("act", [withdraw, hold])
def test_a_careless_reservation_is_caught(act: Callable[[UUID], object]) -> None:
    with pytest.raises(CAUGHT):
        reserve_against(careless.keep, act)
