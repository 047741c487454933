"""Keeping entitlements for somebody: all that were asked for, or none."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from counterfoil.errors import (
    EntitlementReserved,
    KeyReused,
    NotEnoughFree,
    NotFound,
    NotFree,
    ReservationInvalid,
    ReservationTooLong,
    TooManyReserved,
)
from counterfoil.models import Entitlement
from counterfoil.operations.redeem import redeem
from counterfoil.operations.reserve import reserve
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import ORIGIN, Issued, customer, issue_many, make_connection
from tests.records import refused, unchanged
from tests.reservations import OWNER, asked, keep, kept, later, partner, stock
from tests.scenes import end, history, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_keeps_so_many_of_what_the_house_has_in_stock_the_oldest_first(at: datetime) -> None:
    product, units = stock(3)

    reservation = reserve(**asked(product, 2, label="Dog fair"))

    assert kept(reservation) == units[:2]
    first = Entitlement.objects.get(pk=units[0])
    assert (first.state, first.reserved_until) == (State.RESERVED, reservation.until)
    assert history(units[0]) == ["grant", "reserve"]
    entry = first.entries.latest("seq")
    assert (entry.move, entry.data["reservation"]) == ("reserve", str(reservation.pk))
    assert Entitlement.objects.get(pk=units[2]).state == State.ISSUED


def test_never_takes_from_the_house_what_a_buyer_has_paid_for(issued: Issued) -> None:
    product = issued.entitlement().product

    with refused(NotEnoughFree, match="Only 0"):
        reserve(**asked(product, 1))


def test_a_partner_keeps_what_is_its_own_and_nothing_else() -> None:
    kennel, other = partner(), partner("other")
    product, own = stock(2, partner=kennel)
    _, foreign = stock(2, partner=other)

    reservation = reserve(**asked(product, 2, partner_id=kennel.pk, owner=f"partner:{kennel.pk}"))

    assert kept(reservation) == own
    with refused(NotEnoughFree, match="Only 0"):
        reserve(**asked(product, 1, partner_id=kennel.pk))
    with refused(NotFound):
        reserve(**named(foreign, partner_id=kennel.pk))


def named(units: list[UUID], **other: object) -> dict[str, object]:
    given = asked(Entitlement.objects.get(pk=units[0]).product, 1, **other)
    return given | {"product_id": None, "quantity": 0, "entitlement_ids": units}


def test_keeps_what_is_named_even_of_a_purchase(issued: Issued) -> None:
    assert kept(reserve(**named([issued.id, issued.id]))) == [issued.id]


def test_the_same_key_again_gives_the_same_reservation() -> None:
    product, _ = stock(3)
    request = asked(product, 2)
    first = reserve(**request)

    with unchanged():
        assert reserve(**request) == first
    for other in ({"quantity": 1}, {"until": later(2)}, {"label": "Another"}):
        with refused(KeyReused):
            reserve(**request | other)
    assert reserve(**asked(product, 1, key=request["key"], owner="key:2")) != first


def test_one_that_was_used_up_is_still_the_same_reservation(ana: Assignee) -> None:
    issued = issue_many(1)
    request = named([issued.id], account_id=ana.account_id)
    first = reserve(**request)
    use(issued, ana)

    with unchanged():
        assert reserve(**request) == first


def test_all_or_none(at: datetime) -> None:
    product, _ = stock(2)

    with refused(NotEnoughFree, match="Only 2 are free"):
        reserve(**asked(product, 3))


def test_what_cannot_be_used_is_not_kept(ana: Assignee) -> None:
    product, [held, over, gone, taken, free] = stock(5)
    suspend(held)
    end(over)
    withdraw(gone)
    reserve(**named([taken]))

    with refused(NotFree) as refusal:
        reserve(**named([held, over, gone, taken, free]))

    del refusal
    with refused(NotEnoughFree, match="Only 1"):
        reserve(**asked(product, 2))
    assert kept(reserve(**asked(product, 1))) == [free]


def test_says_of_each_named_one_why_it_is_not_free() -> None:
    _, units = stock(3)
    suspend(units[0])
    withdraw(units[1])

    with pytest.raises(NotFree) as refusal:
        reserve(**named(units))

    assert [why.partition(" is ")[2] for why in refusal.value.why] == ["on hold", "revoked"]


def test_what_is_only_a_test_is_not_kept_where_real_money_moves() -> None:
    issued = issue_many(1)
    make_connection(slug="live", is_test=False)

    with refused(NotFree):
        reserve(**named([issued.id]))


def test_refuses_what_makes_no_sense(at: datetime) -> None:
    product, units = stock(1)
    for wrong in (
        {"quantity": 0},
        {"product_id": None},
        {"entitlement_ids": units},
        {"key": ""},
        {"until": at - timedelta(seconds=1)},
    ):
        with refused(ReservationInvalid):
            reserve(**asked(product, 1) | wrong)
    with refused(NotFound):
        reserve(**named(units) | {"entitlement_ids": [uuid4()]})


def test_keeps_nothing_for_longer_than_the_setting_says() -> None:
    product, _ = stock(1)

    with override_settings(COUNTERFOIL_RESERVATION_DAYS=7), refused(ReservationTooLong, "7 days"):
        reserve(**asked(product, 1, until=later(8)))


def test_keeps_no_more_for_one_owner_than_the_setting_says() -> None:
    product, _ = stock(3)
    reserve(**asked(product, 1))

    with override_settings(COUNTERFOIL_RESERVATION_LIMIT=2):
        with refused(TooManyReserved, match="1 more"):
            reserve(**asked(product, 2))
        reserve(**asked(product, 1))
        reserve(**asked(product, 1, owner="key:2"))


def test_kept_for_nobody_yet_nobody_can_use_it(ana: Assignee, at: datetime) -> None:
    issued = issue_many(1)
    reserve(**named([issued.id]))

    with refused(EntitlementReserved):
        redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)


def test_kept_for_one_another_cannot_use_it_and_the_one_can(
    ana: Assignee, bob: Assignee, at: datetime
) -> None:
    issued = issue_many(1)
    reservation = reserve(**named([issued.id], account_id=ana.account_id))

    with refused(EntitlementReserved):
        redeem(code=issued.code, to=bob, by=customer(bob), at=at, origin=ORIGIN)
    redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)

    assert kept(reservation) == []
    assert reservation.items.get().ended_because == "used"


def test_the_owner_is_part_of_the_key() -> None:
    first, second = keep(key="fair"), keep(key="fair", owner="key:2")

    assert (first.owner, second.owner) == (OWNER, "key:2")
