"""What a partner's customers bought is theirs: the partner moves and gives away none of it."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from counterfoil.errors import NotEnoughFree, NotFree
from counterfoil.models import Connection, Entitlement
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations.activate_at_sale import activate_at_sale
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.hand_out import hand_out
from counterfoil.operations.reserve import reserve
from counterfoil.queries.allotments import overview, together
from counterfoil.queries.pieces import one_piece
from counterfoil.rules.handouts import Known, Mode, Said, Source
from counterfoil.rules.partners import Choice
from counterfoil.testing.builders import OPERATOR, issue_many, make_connection, now
from tests.batches import make_till, mint_batch
from tests.handouts import ZONE
from tests.partnership import Clinic, make_clinic, units_of
from tests.records import refused
from tests.reservations import asked

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Sold:
    """A clinic whose allotment is used up, and two that its customers bought."""

    clinic: Clinic
    product_id: UUID
    units: list[UUID]


@pytest.fixture(params=["by mail", "as a box"])
def sold(request: pytest.FixtureRequest) -> Sold:
    clinic = make_clinic(quantity=1)
    [own] = clinic.free()
    product = Entitlement.objects.get(pk=own).product
    if request.param == "by mail":
        shop = make_connection(product)
        Connection.objects.filter(pk=shop.pk).update(partner=clinic.partner)
        shop.refresh_from_db()
        issue_many(2, shop)
    else:
        box = mint_batch(product, 2, partner=clinic.partner)
        activate_at_sale(
            connection=make_till(),
            sale="4711",
            presented=[handle_of(pk) for pk in box.entitlement_ids],
            by=OPERATOR,
            at=now(),
        )
    units = [pk for pk in units_of(clinic.partner) if pk != own]
    assert len(units) == 2
    return Sold(clinic, product.pk, units)


def test_it_is_counted_as_sold_and_not_as_free(sold: Sold) -> None:
    counts = together(overview(sold.clinic.partner.pk))
    assert (counts.free, counts.sold, counts.total) == (1, 2, 3)

    seen = one_piece(sold.clinic.partner.pk, handle_of(sold.units[0]))
    assert (seen.standing, seen.can_hand_out) == ("sold", False)


def test_it_is_not_reserved(sold: Sold) -> None:
    product = Entitlement.objects.get(pk=sold.units[0]).product
    mine = {"partner_id": sold.clinic.partner.pk, "owner": f"partner:{sold.clinic.partner.pk}"}

    with refused(NotEnoughFree, match="Only 1"):
        reserve(**asked(product, 2, **mine))
    with refused(NotFree, match="sold to a customer"):
        reserve(**asked(product, 0, **mine) | {"product_id": None, "entitlement_ids": sold.units})


def test_it_is_not_handed_on(sold: Sold) -> None:
    def on(choice: Choice) -> None:
        hand_on(
            request_id=uuid7(),
            partner_id=sold.clinic.partner.pk,
            to_partner_id=sold.clinic.branch.pk,
            choice=choice,
            by=sold.clinic.admin,
            at=now(),
        )

    with refused(NotEnoughFree):
        on(Choice(product_id=sold.product_id, quantity=2))
    with refused(NotFree):
        on(Choice(entitlement_ids=tuple(sold.units)))


def test_it_is_not_handed_out(sold: Sold) -> None:
    with refused(NotEnoughFree):
        hand_out(
            partner_id=sold.clinic.partner.pk,
            source=Source(product_id=sold.product_id),
            key=uuid7().hex,
            said=Said(mail="eva@example.com"),
            mode=Mode.INVITE,
            known=Known.SEND,
            time_zone=ZONE,
            entitlement_id=sold.units[0],
            by=sold.clinic.operator,
            at=now(),
        )
