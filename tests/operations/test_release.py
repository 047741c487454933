"""What is kept comes to its end: renewed, released, lapsed, taken over, used or withdrawn."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.errors import (
    EntitlementExpired,
    EntitlementOnHold,
    EntitlementReserved,
    IllegalMove,
    NotFound,
    PartnerSuspended,
    ReasonMissing,
    ReservationInvalid,
    ReservationOver,
    ReservationTooLong,
)
from counterfoil.models import Assignment, Entitlement, Partner, Reservation
from counterfoil.operations.assign import assign
from counterfoil.operations.lapse_reservations import lapse_reservations
from counterfoil.operations.redeem import redeem
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.release import release
from counterfoil.operations.renew import renew
from counterfoil.operations.reserve import reserve
from counterfoil.operations.revoke import revoke
from counterfoil.operations.take_over import take_over
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, customer, issue_many
from tests.records import refused, unchanged
from tests.reservations import MACHINE, OWNER, asked, ends, keep, kept, later, partner, stock
from tests.scenes import come_to_time, end, history, suspend

pytestmark = pytest.mark.django_db
WHY = {"by": OPERATOR, "reason": "customer_asked"}


def kept_for(ana: Assignee) -> tuple[Reservation, str]:
    """Keep something that was bought for somebody; gives its code, too."""
    issued = issue_many(1)
    given = asked(issued.entitlement().product, 1, account_id=ana.account_id)
    given |= {"product_id": None, "quantity": 0, "entitlement_ids": [issued.id]}
    return reserve(**given), issued.code


def states(reservation: Reservation) -> list[str]:
    items = Entitlement.objects.filter(reservations__reservation=reservation).order_by("pk")
    return list(items.values_list("state", flat=True))


def test_renewing_keeps_what_is_still_kept(at: datetime) -> None:
    reservation = keep(2)
    first, second = kept(reservation)
    release(reservation_id=reservation.pk, entitlement_ids=[first], at=at, **WHY)
    until = later(3)

    assert renew(reservation_id=reservation.pk, until=until, by=OPERATOR, at=at).until == until

    assert Entitlement.objects.get(pk=second).reserved_until == until
    assert history(second) == ["grant", "reserve", "renew"]
    assert history(first) == ["grant", "reserve", "release"]
    with unchanged():
        renew(reservation_id=reservation.pk, until=until, by=OPERATOR, at=at)


def test_refuses_to_renew_what_is_over_or_foreign_or_for_too_long_or_shorter(at: datetime) -> None:
    reservation = keep()
    given = {"reservation_id": reservation.pk, "by": OPERATOR, "at": at}
    with refused(NotFound):
        renew(**given, until=later(2), owner="key:2")
    with refused(ReservationTooLong):
        renew(**given, until=later(1_000))
    with refused(ReservationInvalid):
        renew(**given, until=later(0.5))
    come_to_time(reservation)
    with refused(ReservationOver):
        renew(**given, until=later(2))
    lapse_reservations(by=SYSTEM, at=at)
    with refused(ReservationOver):
        renew(**given, until=later(2))


def test_a_suspended_partner_reserves_and_renews_nothing_and_may_let_go(at: datetime) -> None:
    kennel = partner()
    product, _ = stock(2, partner=kennel)
    request = asked(product, 1, partner_id=kennel.pk, owner=f"partner:{kennel.pk}")
    reservation = reserve(**request)
    Partner.objects.filter(pk=kennel.pk).update(suspension="handing_out", suspended_at=at)

    with refused(PartnerSuspended):
        reserve(**request | {"key": "another"})
    with refused(PartnerSuspended):
        renew(reservation_id=reservation.pk, until=later(3), by=MACHINE, at=at)
    assert reserve(**request) == reservation
    release(reservation_id=reservation.pk, by=MACHINE, at=at)


def test_releases_all_or_some_and_again_changes_nothing(at: datetime) -> None:
    reservation = keep(3)
    [first, *_rest] = kept(reservation)
    given = {"reservation_id": reservation.pk, "at": at, **WHY}

    release(**given, entitlement_ids=[first])
    assert states(reservation) == ["issued", "reserved", "reserved"]
    assert Reservation.objects.get().ended_at is None
    release(**given)

    assert states(reservation) == ["issued"] * 3
    assert ends(reservation) == ["released"] * 3
    assert Reservation.objects.get().ended_at == at
    with unchanged():
        release(**given)
        release(**given, entitlement_ids=[first])


def test_refuses_to_release_what_is_foreign_or_without_a_reason(at: datetime) -> None:
    reservation, other = keep(), keep()
    [foreign] = kept(other)
    with refused(NotFound):
        release(reservation_id=reservation.pk, owner="key:2", by=MACHINE, at=at)
    with refused(NotFound):
        release(reservation_id=reservation.pk, entitlement_ids=[foreign], by=MACHINE, at=at)
    with refused(NotFound):
        release(reservation_id=uuid4(), by=MACHINE, at=at)
    with refused(ReasonMissing):
        release(reservation_id=reservation.pk, by=OPERATOR, at=at)
    release(reservation_id=reservation.pk, owner=OWNER, by=MACHINE, at=at)


def test_lapses_when_its_time_has_come_and_not_before(at: datetime) -> None:
    over, still = keep(2), keep()
    come_to_time(over)

    assert lapse_reservations(by=SYSTEM, at=at) == 2

    assert (states(over), states(still)) == (["issued"] * 2, ["reserved"])
    assert ends(over) == ["lapsed"] * 2
    assert Reservation.objects.get(pk=over.pk).ended_at == at
    assert Reservation.objects.get(pk=still.pk).ended_at is None
    entry = Entitlement.objects.filter(reservations__reservation=over)[0].entries.latest("seq")
    assert (entry.act_name, entry.reason, entry.actor_kind) == ("release", "lapsed", "system")
    with unchanged():
        assert lapse_reservations(by=SYSTEM, at=at) == 0


def test_lapses_some_at_a_time_and_what_is_on_hold_too(at: datetime) -> None:
    reservation = keep(3)
    suspend(kept(reservation)[0])
    come_to_time(reservation)

    assert [lapse_reservations(by=SYSTEM, at=at, limit=2) for _ in range(3)] == [2, 1, 0]


def test_before_anybody_noticed_that_it_lapsed_anybody_may_use_it(
    ana: Assignee, bob: Assignee, at: datetime
) -> None:
    reservation, code = kept_for(ana)
    come_to_time(reservation)

    redeem(code=code, to=bob, by=customer(bob), at=at, origin=ORIGIN)

    assert ends(reservation) == ["lapsed"]
    lapse_reservations(by=SYSTEM, at=at)
    assert Reservation.objects.get().ended_at == at


def test_once_it_was_released_anybody_may_use_it(
    ana: Assignee, bob: Assignee, at: datetime
) -> None:
    reservation, code = kept_for(ana)
    release(reservation_id=reservation.pk, at=at, **WHY)

    redeem(code=code, to=bob, by=customer(bob), at=at, origin=ORIGIN)

    assert ends(reservation) == ["released"]


def test_whatever_else_ends_it_is_written_down(ana: Assignee, at: datetime) -> None:
    used, _ = kept_for(ana)
    withdrawn, _ = kept_for(ana)
    assign(entitlement_id=kept(used)[0], to=ana, at=at, **WHY)
    [gone] = kept(withdrawn)
    revoke(entitlement_ids=[gone], at=at, **WHY)

    assert (ends(used), ends(withdrawn)) == (["used"], ["withdrawn"])
    assert reinstate(entitlement_id=gone, at=at, **WHY).state == State.ISSUED


def test_staff_may_take_over_what_is_kept_for_somebody_else(
    ana: Assignee, bob: Assignee, at: datetime
) -> None:
    reservation = keep(2, account_id=ana.account_id)
    [first, second] = kept(reservation)
    with refused(EntitlementReserved):
        assign(entitlement_id=first, to=bob, at=at, **WHY)

    taken = take_over(entitlement_id=first, mail="bob@example.com", at=at, **WHY)

    assert taken.state == State.ASSIGNED
    assert Assignment.objects.get().account_id == bob.account_id
    assert ends(reservation) == ["taken_over", ""]
    assert kept(reservation) == [second]
    entry = taken.entries.latest("seq")
    assert (entry.act_name, entry.reason) == ("assign", "customer_asked")
    assert entry.data == {"taken_over": str(reservation.pk)}
    assert history(first) == ["grant", "reserve", "assign"]


def test_refuses_to_take_over_what_cannot_be(ana: Assignee, at: datetime) -> None:
    held, over, kept_one = kept(keep())[0], kept(keep())[0], kept(keep())[0]
    _, [free] = stock(1)
    suspend(held)
    end(over, at - timedelta(seconds=1))
    given = {"mail": "bob@example.com", "at": at}
    with refused(IllegalMove):
        take_over(entitlement_id=free, **given, **WHY)
    with refused(EntitlementOnHold):
        take_over(entitlement_id=held, **given, **WHY)
    with refused(EntitlementExpired):
        take_over(entitlement_id=over, **given, **WHY)
    with refused(ReasonMissing):
        take_over(entitlement_id=kept_one, **given, by=OPERATOR)
    with refused(NotFound):
        take_over(entitlement_id=kept_one, mail="nobody", at=at, **WHY)
    with refused(NotFound):
        take_over(entitlement_id=uuid4(), **given, **WHY)
