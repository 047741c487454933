"""Keeping something, and letting go of it, is done or not begun, whenever it is killed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from counterfoil.models import Reservation
from counterfoil.operations.lapse_reservations import lapse_reservations
from counterfoil.operations.release import release
from counterfoil.operations.renew import renew
from counterfoil.operations.reserve import reserve
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import OPERATOR, now
from tests.crash.doomed import Doomed, kill_everywhere
from tests.reservations import asked, ends, keep, kept, stock
from tests.scenes import come_to_time

pytestmark = pytest.mark.django_db(transaction=True)
UNITS = 3
Asked = dict[str, Any]


def in_stock() -> Asked:
    product, _ = stock(UNITS)
    return asked(product, UNITS)


def was_kept(given: Asked) -> None:
    made = Reservation.objects.get(key=given["key"])
    assert len(kept(made)) == UNITS


def kept_by_somebody() -> Reservation:
    return keep(UNITS)


def let_go(made: Reservation) -> object:
    return release(reservation_id=made.pk, by=OPERATOR, at=made.created_at, reason="over")


def was_let_go(made: Reservation) -> None:
    assert ends(made) == ["released"] * UNITS


def whose_time_came() -> Reservation:
    made = keep(UNITS)
    come_to_time(made)
    return made


def lapse(_made: Reservation) -> object:
    return lapse_reservations(by=SYSTEM, at=now())


def has_lapsed(made: Reservation) -> None:
    assert ends(made) == ["lapsed"] * UNITS
    assert Reservation.objects.get(pk=made.pk).ended_at is not None


def longer(made: Reservation) -> object:
    until = made.until + timedelta(days=1)
    return renew(reservation_id=made.pk, until=until, by=OPERATOR, at=now())


def is_longer(made: Reservation) -> None:
    assert Reservation.objects.get(pk=made.pk).until > made.until
    assert len(kept(made)) == UNITS


ACTS: dict[str, Doomed[Any]] = {
    "reserve": Doomed(scene=in_stock, act=lambda given: reserve(**given), check=was_kept),
    "release": Doomed(scene=kept_by_somebody, act=let_go, check=was_let_go),
    "renew": Doomed(scene=kept_by_somebody, act=longer, check=is_longer),
    "lapse": Doomed(scene=whose_time_came, act=lapse, check=has_lapsed),
}


@pytest.mark.parametrize("name", ACTS)
def test_it_is_done_or_not_begun(name: str) -> None:
    assert kill_everywhere(ACTS[name]) >= 4


def in_two(given: Asked) -> object:
    """Write the reservation down, and keep what it names in another transaction."""
    with transaction.atomic():
        Reservation.objects.get_or_create(
            owner=given["owner"],
            key=given["key"],
            defaults={"quantity": UNITS, "until": given["until"], "created_at": given["at"]},
        )
    return reserve(**given | {"key": f"{given['key']}+"})


def test_keeping_in_two_transactions_is_caught() -> None:
    with pytest.raises(AssertionError):
        kill_everywhere(Doomed(scene=in_stock, act=in_two, check=lambda _given: None))
