"""Selling printed codes at a till."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from counterfoil.errors import (
    CodeAlreadyUsed,
    CodeMalformed,
    CodeNotFound,
    CodeReplaced,
    EntitlementAlreadySold,
    EntitlementOnHold,
    EntitlementRevoked,
    NotAssigned,
    NotFound,
    NotPrinted,
    PointOfSaleUnknown,
    SaleClosed,
    SaleInvalid,
    UndoWindowOver,
)
from counterfoil.intake.converging import converge_order
from counterfoil.models import (
    Connection,
    DeclaredOrder,
    Delivery,
    Entitlement,
    ExceptionCase,
    Line,
    Partner,
    Product,
    Purchase,
)
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations.activate_at_sale import Activation, activate_at_sale
from counterfoil.operations.declare_order import declare_order
from counterfoil.operations.redeem import redeem
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.undo_activation import undo_activation
from counterfoil.rules.declared import (
    Cancellation,
    CancelledLine,
    DeclaredLine,
    DeclaredOrderBody,
)
from counterfoil.rules.declared_changes import Change
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_connection,
    make_product,
    make_terms,
    now,
)
from tests.batches import Printed, make_till, mint_batch
from tests.records import refused, unchanged
from tests.scenes import history, suspend, withdraw

COVERS = {
    "F1": ["test_the_same_sale_again_is_the_same_answer"],
    "F2": ["test_what_was_sold_before_is_refused_and_says_where"],
    "F11": ["test_test_and_live_and_two_partners_never_mix"],
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    return make_product(terms=Terms(valid_days=30))


@pytest.fixture
def printed(product: Product) -> Printed:
    return mint_batch(product)


@pytest.fixture
def till() -> Connection:
    return make_till()


def sell(connection: Connection, *presented: str, **other: Any) -> Activation:
    given: dict[str, Any] = {"sale": "R-1", "by": OPERATOR, "at": now()}
    return activate_at_sale(connection=connection, presented=presented, **given | other)


def test_from_the_sale_on_it_can_be_redeemed_and_validity_runs(
    printed: Printed, till: Connection, ana: Assignee, at: datetime
) -> None:
    done = sell(till, printed.codes[1], till="3", at=at)

    purchase = done.purchase
    assert (purchase.kind, purchase.connection, purchase.external_reference) == (
        "sale",
        till,
        "R-1",
    )
    assert (purchase.paid_at, purchase.notify, purchase.is_test) == (at, False, True)
    [unit] = done.units
    assert not done.repeated
    assert (unit.pk, unit.state, unit.purchase_id) == (
        printed.entitlement_ids[1],
        "issued",
        purchase.pk,
    )
    assert (unit.ordinal, unit.batch_ordinal) == (0, 2)
    assert unit.expires_at == at + timedelta(days=30)
    line = Line.objects.get()
    assert (line.units_paid, line.quantity, line.description[-6:]) == (1, 1, "till 3")
    assert line.external_line == unit.handle
    assert history(unit.pk) == ["mint", "activate_at_sale"]
    redeem(code=printed.codes[1], to=ana, by=customer(ana), at=at, origin=ORIGIN)
    assert not Delivery.objects.exists()


def test_the_terms_are_those_it_was_printed_under(
    product: Product, printed: Printed, till: Connection, at: datetime
) -> None:
    make_terms(product, Terms(valid_days=1))
    newer = mint_batch(product, 1)

    sell(till, printed.codes[0], newer.codes[0], at=at)

    ends = Entitlement.objects.exclude(expires_at=None).order_by("created_at")
    assert [one.expires_at for one in ends] == [at + timedelta(days=30), at + timedelta(days=1)]
    assert Line.objects.count() == 2


def test_the_same_sale_again_is_the_same_answer(printed: Printed, till: Connection) -> None:
    first = sell(till, printed.codes[0])

    with unchanged():
        again = sell(till, handle_of(printed.entitlement_ids[0]))

    assert again.repeated
    assert (again.purchase, again.units) == (first.purchase, first.units)


def test_what_is_scanned_under_one_number_is_one_sale(printed: Printed, till: Connection) -> None:
    link = f"https://shop.example/c#{printed.codes[1]}"
    sell(till, printed.codes[0])
    sell(till, link)
    sell(till, printed.codes[2])

    assert Purchase.objects.count() == 1
    assert sum(line.units_paid for line in Line.objects.all()) == 3
    units = Entitlement.objects.order_by("batch_ordinal")
    assert [(one.ordinal, one.batch_ordinal) for one in units] == [(0, 1), (0, 2), (0, 3)]
    assert len(DeclaredOrder.objects.get().body().lines) == 3


def test_what_was_sold_before_is_refused_and_says_where(printed: Printed, till: Connection) -> None:
    sell(till, printed.codes[0])
    other = make_till("other")

    with refused(EntitlementAlreadySold, match=r"was sold on .* under R-1"):
        sell(till, printed.codes[0], sale="R-2")
    with refused(EntitlementAlreadySold):
        sell(other, printed.codes[0])


def test_without_a_number_the_piece_names_its_sale(printed: Printed, till: Connection) -> None:
    first = sell(till, printed.codes[0], sale=" ")

    assert first.purchase.external_reference == handle_of(printed.entitlement_ids[0])
    assert sell(till, printed.codes[0], sale="").repeated


def test_all_or_nothing_is_sold(printed: Printed, till: Connection) -> None:
    sell(till, printed.codes[0])

    with refused(EntitlementAlreadySold):
        sell(till, printed.codes[1], printed.codes[0], sale="R-2")


def test_a_sale_number_of_another_day_is_not_added_to(printed: Printed, till: Connection) -> None:
    sell(till, printed.codes[0])
    next_day = now() + timedelta(days=2)

    with refused(SaleClosed):
        sell(till, printed.codes[1], at=next_day)
    assert sell(till, printed.codes[0], at=next_day).repeated


def test_refuses_what_must_not_be_sold(
    printed: Printed, till: Connection, product: Product, issued_elsewhere: Issued
) -> None:
    withdraw(printed.entitlement_ids[0])
    suspend(printed.entitlement_ids[1])
    replace_code(entitlement_id=printed.entitlement_ids[2], by=OPERATOR, at=now(), reason="exposed")
    for presented, error in (
        (printed.codes[0], EntitlementRevoked),
        (printed.codes[1], EntitlementOnHold),
        (printed.codes[2], CodeReplaced),
        (issued_elsewhere.code, NotPrinted),
        ("7K3M-9QXT-2B5N-RWE0", CodeNotFound),
        ("7K3M-9QXT-2B5N-RWE8", CodeMalformed),
        (handle_of(uuid7()), NotFound),
    ):
        with refused(error):
            sell(till, presented)


@pytest.fixture
def issued_elsewhere(product: Product) -> Issued:
    return issue_one(make_connection(product))


def test_refuses_what_cannot_be_a_sale(printed: Printed, till: Connection) -> None:
    for sale in ("x" * 201, "a\x00b"):
        with refused(SaleInvalid):
            sell(till, printed.codes[0], sale=sale)
    with refused(SaleInvalid):
        sell(till)
    with refused(SaleInvalid):
        sell(till, *[printed.codes[0]] * 501)


def test_refuses_what_is_no_point_of_sale(printed: Printed, till: Connection) -> None:
    Connection.objects.update(enabled=False)
    till.refresh_from_db()
    with refused(PointOfSaleUnknown):
        sell(till, printed.codes[0])
    till.enabled, till.channel = True, "stripe"
    with refused(PointOfSaleUnknown):
        sell(till, printed.codes[0])


def test_test_and_live_and_two_partners_never_mix(product: Product, printed: Printed) -> None:
    live = make_till(is_test=False)
    with refused(SaleInvalid, match="test unit"):
        sell(live, printed.codes[0])
    live.delete()
    partner = Partner.objects.create(slug="club", name="Club", created_at=now())
    theirs = mint_batch(product, 2, partner=partner)
    till = make_till("second")

    done = sell(till, theirs.codes[0])

    assert done.purchase.partner == partner
    with refused(SaleInvalid, match="another partner"):
        sell(till, printed.codes[0])


def test_a_partners_till_reaches_nothing_but_the_partners(
    product: Product, printed: Printed
) -> None:
    partner = Partner.objects.create(slug="club", name="Club", created_at=now())
    theirs = mint_batch(product, 2, partner=partner)
    till = make_till("second")
    sell(till, printed.codes[0])
    Connection.objects.filter(pk=till.pk).update(partner=partner)
    till.refresh_from_db()

    for unit in (printed.codes[0], printed.codes[1], handle_of(printed.entitlement_ids[1])):
        with refused(NotFound):
            sell(till, unit)
        with refused(NotFound):
            undo_activation(presented=unit, connection=till, by=OPERATOR, at=now())
    told = tell(till, "T-9", theirs.entitlement_ids[0], printed.entitlement_ids[1])

    assert told.partner == partner
    assert [line.external_line for line in told.lines.all()] == [
        handle_of(theirs.entitlement_ids[0])
    ]
    assert Entitlement.objects.get(pk=printed.entitlement_ids[1]).state == "minted"


def tell(till: Connection, sale: str, *unit_ids: UUID) -> Purchase:
    """Have a till's order told that names these units, and looked at."""
    lines = tuple(DeclaredLine(reference=handle_of(one), sku="x", quantity=1) for one in unit_ids)
    order = DeclaredOrderBody(reference=sale, currency="USD", lines=lines, is_test=True)
    declare_order(connection=till, order=order, by=OPERATOR, at=now())
    purchase = converge_order(connection=till, pointer=sale).purchase
    assert purchase is not None
    return purchase


def test_a_wrong_scan_is_undone_for_minutes_and_the_box_is_dead(
    printed: Printed, till: Connection
) -> None:
    sell(till, printed.codes[0])

    unit = undo_activation(presented=printed.codes[0], connection=till, by=OPERATOR, at=now())

    assert unit.state == "revoked"
    other = make_till("other")
    with refused(NotAssigned):
        undo_activation(presented=printed.codes[0], connection=other, by=OPERATOR, at=now())
    assert history(unit.pk) == ["mint", "activate_at_sale", "revoke"]
    with unchanged():
        undo_activation(presented=printed.codes[0], connection=till, by=OPERATOR, at=now())
    with refused(EntitlementRevoked):
        sell(till, printed.codes[0], sale="R-2")


def test_a_till_cannot_undo_what_is_old_used_or_not_sold(
    printed: Printed, till: Connection, ana: Assignee, at: datetime
) -> None:
    sell(till, *printed.codes[:2])
    redeem(code=printed.codes[0], to=ana, by=customer(ana), at=at, origin=ORIGIN)

    with refused(CodeAlreadyUsed):
        undo_activation(presented=printed.codes[0], connection=till, by=OPERATOR, at=now())
    with refused(UndoWindowOver):
        undo_activation(
            presented=printed.codes[1],
            connection=till,
            by=OPERATOR,
            at=now() + timedelta(minutes=16),
        )
    with refused(NotAssigned):
        undo_activation(presented=printed.codes[2], connection=till, by=OPERATOR, at=now())


def test_a_sale_is_an_order_of_its_connection_and_looking_at_it_changes_nothing(
    printed: Printed, till: Connection
) -> None:
    sold = sell(till, *printed.codes[:2])

    converged = converge_order(connection=till, pointer="R-1")

    assert converged.purchase == sold.purchase
    assert Entitlement.objects.filter(state="issued").count() == 2
    assert Entitlement.objects.count() == 3
    assert not ExceptionCase.objects.exists()
    again = sell(till, printed.codes[2])
    assert again.purchase == sold.purchase


def told(*handles: str, reference: str = "POS-7") -> DeclaredOrderBody:
    lines = tuple(
        DeclaredLine(reference=handle, sku="DNA-STD", quantity=1, unit_amount=11_400)
        for handle in handles
    )
    return DeclaredOrderBody(reference=reference, currency="USD", lines=lines)


def test_a_till_that_only_tells_names_what_it_sold_by_handle(
    printed: Printed, till: Connection, ana: Assignee
) -> None:
    good, gone, missing = (*map(handle_of, printed.entitlement_ids[:2]), handle_of(uuid7()))
    withdraw(printed.entitlement_ids[1])
    declare_order(connection=till, order=told(good, gone, missing), by=OPERATOR, at=now())

    converge_order(connection=till, pointer="POS-7")

    unit = Entitlement.objects.get(pk=printed.entitlement_ids[0])
    assert (unit.state, unit.line.unit_amount if unit.line else 0) == ("issued", 11_400)
    cases = ExceptionCase.objects.filter(kind="printed_unsellable", resolved_at=None)
    assert sorted(case.evidence["refused"] for case in cases) == [
        "entitlement_revoked",
        "not_found",
    ]
    before = history(unit.pk)
    converge_order(connection=till, pointer="POS-7")
    assert history(unit.pk) == before == ["mint", "activate_at_sale"]
    redeem(code=printed.codes[0], to=ana, by=customer(ana), at=now(), origin=ORIGIN)


def test_a_piece_that_is_refused_leaves_nothing_with_the_sale_that_named_it(
    product: Product, till: Connection
) -> None:
    partner = Partner.objects.create(slug="club", name="Club", created_at=now())
    theirs = mint_batch(product, 1, partner=partner)
    withdraw(theirs.entitlement_ids[0])

    sale = tell(till, "POS-8", theirs.entitlement_ids[0])

    sale.refresh_from_db()
    assert (sale.partner, sale.lines.count()) == (None, 0)


def test_what_a_till_takes_back_is_withdrawn(printed: Printed, till: Connection) -> None:
    handle = handle_of(printed.entitlement_ids[0])
    sell(till, *printed.codes[:2])
    back = Cancellation(
        reference="RET-1", at=now(), lines=(CancelledLine(line=handle, quantity=1),)
    )
    change_declared(till, back)

    converge_order(connection=till, pointer="R-1")

    states = Entitlement.objects.order_by("batch_ordinal").values_list("state", flat=True)
    assert list(states) == ["revoked", "issued", "minted"]


def change_declared(till: Connection, back: Cancellation) -> None:
    """Tell that something went back, as whoever sold it would."""
    order = DeclaredOrder.objects.get(connection=till).body()
    declare_order(
        connection=till,
        order=replace(order, cancellations=(back,)),
        by=OPERATOR,
        at=now(),
        may_change={Change.CANCEL},
    )
