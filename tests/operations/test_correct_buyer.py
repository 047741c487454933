"""The buyer's address was wrong: the purchase is somebody else's, and dead links stay dead."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.effects.settling import settle
from counterfoil.errors import (
    AddressProven,
    CodeReplaced,
    EntitlementOnHold,
    MailInvalid,
    NotFound,
    ReasonMissing,
)
from counterfoil.models import AuditEntry, Delivery, ExceptionCase, Purchase, SignIn
from counterfoil.operations.check_code import check_code
from counterfoil.operations.correct_buyer import correct_buyer
from counterfoil.operations.grant import grant
from counterfoil.operations.redeem import redeem
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.queries.search import search
from counterfoil.queries.trace import trace
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import Assignee
from counterfoil.rules.proofs import AddressProof
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    a_line,
    an_order,
    converge,
    customer,
    issue_many,
    make_connection,
    make_product,
    now,
    read_issued,
)
from tests.giving import GIVER, give, sent_to
from tests.records import refused, unchanged
from tests.scenes import history, suspend

pytestmark = pytest.mark.django_db
OLD, NEW = "ann.buyer@example.com", "ann@example.org"


def correct(purchase: Purchase, mail: str = NEW, reason: str = "mail_not_received") -> None:
    correct_buyer(
        purchase_id=purchase.pk,
        mail=mail,
        proof=AddressProof.ORDER_DETAILS,
        by=OPERATOR,
        at=now(),
        reason=reason,
    )


def test_what_was_sent_is_replaced_and_goes_to_the_right_address(
    issued: Issued, at: datetime
) -> None:
    settle()

    correct(issued.purchase)
    settle()

    [mail] = sent_to(NEW)
    assert issued.code not in mail.body
    with pytest.raises(CodeReplaced):
        check_code(code=issued.code, by=OPERATOR, at=at)
    assert history(issued.id) == ["issue", "correct_buyer"]
    entry = issued.entitlement().entries.latest("seq")
    assert entry.data == {"proof": "order_details", "code_replaced": True}
    note = AuditEntry.objects.get(act="correct_buyer")
    assert "@" not in str(note.data)
    purchase = Purchase.objects.get()
    assert (purchase.buyer.contact().mail, purchase.account.person_id) == (
        NEW,
        purchase.buyer_id,
    )


def test_what_came_back_is_sent_as_it_was(issued: Issued, at: datetime) -> None:
    settle()
    Delivery.objects.update(bounced_at=at)

    correct(issued.purchase)
    settle()

    assert check_code(code=issued.code, by=OPERATOR, at=at).pk == issued.id
    assert issued.entitlement().entries.latest("seq").data["code_replaced"] is False
    assert len(sent_to(NEW)) == 1


def test_what_waits_to_be_sent_goes_to_the_right_address_alone(issued: Issued) -> None:
    correct(issued.purchase)
    settle()

    assert sent_to(OLD) == []
    assert sent_to(NEW) != []


def test_one_mail_brings_them_all_and_leaves_what_is_given_or_used(
    ana: Assignee, at: datetime
) -> None:
    many = issue_many(4)
    given, used, *free = list(many.purchase.entitlements.order_by("ordinal"))
    settle()
    give(given.pk)
    settle()
    redeem(code=many.codes[1], to=ana, by=customer(ana), at=at, origin=ORIGIN)

    correct(many.purchase)
    settle()

    assert len(sent_to(NEW)) == 1
    assert [history(one.pk)[-1] for one in (given, used, *free)] == [
        "set_gift",
        "redeem",
        "correct_buyer",
        "correct_buyer",
    ]
    assert len({one.entries.latest("seq").act for one in free}) == 1


def test_an_order_without_an_address_gets_one(at: datetime) -> None:
    shop = make_connection(make_product())
    bought = converge(shop, replace(an_order(a_line(1)), buyer_email=None))
    settle()
    assert ExceptionCase.objects.get(resolved_at=None).kind == "no_delivery_address"

    correct(bought.purchase)
    settle()

    assert not ExceptionCase.objects.filter(resolved_at=None).exists()
    assert bought.codes[0][:4] in sent_to(NEW)[0].body
    assert history(bought.id) == ["issue"]


def test_what_was_given_without_an_address_is_sent_once_there_is_one(at: datetime) -> None:
    given = grant(
        request_id=uuid4(),
        product=make_product(),
        quantity=2,
        category=GrantCategory.CUSTOMER_SERVICE,
        reason="Promised",
        reference="CASE-1",
        by=OPERATOR,
        at=at,
    )
    settle()
    assert not Delivery.objects.exists()

    correct(given)
    settle()

    [sent] = sent_to(NEW)
    assert all(code[:4] in sent.body for code in read_issued(given).codes)
    assert broken(INVARIANTS, grace=timedelta(0)) == {}
    with unchanged():
        correct(given)


def test_who_gave_an_order_its_address_stands_on_its_trace(at: datetime) -> None:
    shop = make_connection(make_product())
    bought = converge(shop, replace(an_order(a_line(1)), buyer_email=None))
    settle()
    correct_buyer(
        purchase_id=bought.purchase.pk,
        mail=NEW,
        proof=AddressProof.ORDER_DETAILS,
        by=replace(OPERATOR, case="ZD-4"),
        at=now(),
        reason="mail_not_received",
        comment="On the phone",
    )

    story = trace(purchase_id=bought.purchase.pk, now=now()).timeline
    told = [event for event in story if event.what == "Order given an address"]
    assert [(one.who, one.comment) for one in told] == [(OPERATOR.display, "On the phone")]
    found = search("ZD-4", now=now()).only
    assert found is not None
    assert found.purchase_id == bought.purchase.pk


def test_the_same_address_changes_nothing(issued: Issued) -> None:
    settle()
    with unchanged():
        correct(issued.purchase, OLD.upper())


def test_an_address_somebody_signs_in_with_is_their_accounts(issued: Issued, at: datetime) -> None:
    settle()
    SignIn.objects.create(person=issued.purchase.buyer, requested_at=at, expires_at=at, used_at=at)

    with refused(AddressProven):
        correct(issued.purchase)


def test_what_is_suspended_is_not_sent_anywhere(issued: Issued) -> None:
    settle()
    suspend(issued.id)
    with refused(EntitlementOnHold):
        correct(issued.purchase)


def test_what_makes_no_sense_is_refused(issued: Issued) -> None:
    with refused(MailInvalid):
        correct(issued.purchase, "ann@")
    with refused(ReasonMissing):
        correct(issued.purchase, reason="")
    with refused(NotFound):
        correct_buyer(
            purchase_id=uuid4(),
            mail=NEW,
            proof=AddressProof.DOCUMENT,
            by=GIVER,
            at=now(),
        )
