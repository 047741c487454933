"""Orders that are told, kept by their reference."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from counterfoil.errors import DeclarationInvalid, DeclaredDifferently
from counterfoil.intake.converging import converge_order
from counterfoil.intake.told import told_since
from counterfoil.models import Connection, DeclaredOrder, Entitlement
from counterfoil.operations.declare_order import Declaration, Outcome, declare_order
from counterfoil.rules.declared import DeclaredLine, DeclaredOrderBody
from counterfoil.rules.declared_changes import Change
from counterfoil.testing.builders import CHANNEL, make_connection, make_product
from tests.records import refused, unchanged

pytestmark = pytest.mark.django_db
ORDER = DeclaredOrderBody(
    reference="PO-7",
    currency="USD",
    lines=(DeclaredLine(reference="1", sku="DNA-STD", quantity=2, unit_amount=9_900),),
    buyer_mail="ann@example.com",
    buyer_name="Ann Buyer",
)


@pytest.fixture
def partner() -> Connection:
    return make_connection(make_product(), slug="vets", channel="partner")


def tell(
    connection: Connection, order: DeclaredOrderBody, at: datetime, *changes: Change
) -> Declaration:
    return declare_order(connection=connection, order=order, by=CHANNEL, at=at, may_change=changes)


def test_an_order_is_kept_and_can_be_read_as_a_channels(partner: Connection, at: datetime) -> None:
    told = tell(partner, ORDER, at)

    assert told.outcome is Outcome.CREATED
    assert told.declared.body() == ORDER
    assert (told.declared.revision, told.declared.changed_at) == (1, at)
    found = converge_order(connection=partner, pointer="PO-7")
    assert found.purchase is not None
    assert found.purchase.entitlements.count() == 2
    assert found.purchase.paid_at == at
    with unchanged():
        tell(partner, ORDER, at + timedelta(hours=1))


def test_told_again_it_is_the_same_order(partner: Connection, at: datetime) -> None:
    tell(partner, ORDER, at)
    with unchanged():
        again = tell(partner, ORDER, at + timedelta(hours=1))
    assert again.outcome is Outcome.UNCHANGED


def test_another_order_by_the_same_reference_is_refused(partner: Connection, at: datetime) -> None:
    tell(partner, ORDER, at)
    other = replace(ORDER, lines=(replace(ORDER.lines[0], quantity=3),))
    with refused(DeclaredDifferently, match=r"lines\.1\.quantity: it was 2, and is told as 3"):
        tell(partner, other, at)


def test_what_is_wrong_is_refused(partner: Connection, at: datetime) -> None:
    with refused(DeclarationInvalid, match="currency"):
        tell(partner, replace(ORDER, currency="?"), at)


def test_a_reference_belongs_to_its_connection(partner: Connection, at: datetime) -> None:
    other = make_connection(slug="other", channel="partner")
    tell(partner, ORDER, at)
    told = tell(other, replace(ORDER, currency="EUR"), at)
    assert told.outcome is Outcome.CREATED
    assert converge_order(connection=partner, pointer="PO-7").purchase is not None
    assert list(told_since(other)(at)) == ["PO-7"]


def test_what_is_said_later_changes_the_order_once(partner: Connection, at: datetime) -> None:
    tell(partner, replace(ORDER, is_paid=False), at)
    converge_order(connection=partner, pointer="PO-7")
    assert not Entitlement.objects.exists()

    later = at + timedelta(hours=1)
    paid = tell(partner, ORDER, later, Change.PAY)
    assert paid.outcome is Outcome.CHANGED
    assert (paid.declared.revision, paid.declared.changed_at) == (2, later)
    assert list(told_since(partner)(later)) == ["PO-7"]
    assert not list(told_since(partner)(later + timedelta(seconds=1)))
    converge_order(connection=partner, pointer="PO-7")
    assert Entitlement.objects.count() == 2


def test_nobodys_name_stands_in_the_records(partner: Connection, at: datetime) -> None:
    tell(partner, ORDER, at)
    told = DeclaredOrder.objects.get()
    for name in (b"ann", b"Ann", b"example"):
        assert name not in bytes(told.body_sealed)
        assert name not in bytes(told.digest)
