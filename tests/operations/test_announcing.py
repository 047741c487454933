"""What other systems are told of that is in no entry: orders, gifts, exceptions, partners."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from counterfoil.errors import ReasonMissing
from counterfoil.models import Account, Event, Suspension
from counterfoil.models.ids import uuid7
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.open_gift import open_gift
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.operations.resume_partner import resume_partner
from counterfoil.operations.return_to_pool import return_to_pool
from counterfoil.operations.settle_case import settle_case
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import DisputeStatus, OrderDispute, PaymentStatus
from counterfoil.rules.partners import Choice
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    OPERATOR,
    a_line,
    a_refund,
    an_order,
    converge,
    customer,
    issue_one,
    make_assignee,
    make_connection,
    make_product,
    now,
)
from tests.giving import EVA, give
from tests.partnership import make_clinic
from tests.records import refused

pytestmark = pytest.mark.django_db


class News(list[tuple[str, dict[str, Any]]]):
    """The events that were written meanwhile: type and data of each, the oldest first."""

    @property
    def kinds(self) -> list[str]:
        """Give their types."""
        return [kind for kind, _ in self]


@contextmanager
def news() -> Iterator[News]:
    """Collect what is announced meanwhile."""
    before = set(Event.objects.values_list("pk", flat=True))
    found = News()
    yield found
    events = Event.objects.exclude(pk__in=before).order_by("pk")
    found.extend((one.type, one.data) for one in events)


def test_an_order_is_told_of_by_what_became_of_it() -> None:
    shop = make_connection(make_product())
    line = a_line(2)
    awaiting = an_order(line, payment=PaymentStatus.AWAITING, reference="cs_1")
    paid = an_order(line, reference="cs_1")
    more = replace(paid, amount_total=paid.amount_total + 500)
    refunded = replace(more, refunds=(a_refund(quantity=1, amount=11_400),))
    dispute = OrderDispute(
        reference="dp_1", amount=500, currency="USD", status=DisputeStatus.OPEN, at=now()
    )
    disputed = replace(refunded, disputes=(dispute,))
    won = replace(disputed, disputes=(replace(dispute, status=DisputeStatus.WON),))
    cancelled = replace(won, cancelled_at=now())

    for order, kinds in (
        (awaiting, ["purchase.changed"]),
        (paid, ["purchase.paid"]),
        (paid, []),
        (more, ["purchase.paid"]),
        (refunded, ["purchase.refunded"]),
        (disputed, ["purchase.disputed"]),
        (won, ["purchase.disputed"]),
        (replace(won, number="1002"), ["purchase.changed"]),
        (replace(cancelled, number="1002"), ["purchase.cancelled"]),
        (replace(cancelled, number="1002"), []),
    ):
        with news() as told:
            converge(shop, order)
        of_orders = [kind for kind in told.kinds if kind.startswith("purchase.")]
        assert of_orders == kinds, order
    last = Event.objects.filter(type="purchase.cancelled").get()
    assert last.data == {
        "connection": "shop",
        "payment": "paid",
        "is_cancelled": True,
        "partner": None,
    }


def test_a_gift_is_opened_once() -> None:
    issued, eva = issue_one(), make_assignee("eva@example.com")
    give(issued.id)
    account = Account.objects.get(pk=eva.account_id)
    act = {"entitlement_id": issued.id, "account_id": account.pk, "by": customer(eva)}

    with news() as told:
        open_gift(**act, at=now())
        open_gift(**act, at=now())

    assert told == [
        (
            "gift.opened",
            {"state": "issued", "product": "DNA-STD", "partner": None, "expires_at": None},
        )
    ]
    assert EVA.message not in str(told)


def test_an_exception_is_opened_and_settled_once() -> None:
    what = {"kind": ExceptionKind.ENTRY_STUCK, "by": SYSTEM}
    issued = issue_one()
    with news() as told:
        for _ in range(2):
            case = park(
                **what, key="a", evidence={"n": 1}, at=now(), entitlement=issued.entitlement()
            )
        resolve_exception(**what, key="a", outcome="Ann Smith rang.", at=now())
        resolve_exception(**what, key="a", outcome="Again.", at=now())
        again = park(**what, key="a", evidence={}, at=now())
        settle_case(case_id=again.pk, outcome="Mended.", resolution="by_hand", by=SYSTEM, at=now())

    about = {"kind": "entry_stuck", "partner": None}
    handle = issued.entitlement().handle
    first = about | {"exception": str(case.pk), "entitlement": handle}
    second = about | {"exception": str(again.pk), "entitlement": None}
    assert told == [
        ("exception.opened", first),
        ("exception.resolved", first | {"resolution": ""}),
        ("exception.opened", second),
        ("exception.resolved", second | {"resolution": "by_hand"}),
    ]


def test_a_partner_is_told_of_what_it_is_given_and_gives_back() -> None:
    with news() as told:
        clinic = make_clinic(quantity=3)
    assert told.kinds == ["partner.opened", "partner.opened", "partner.allotted"]
    assert told[1][1] == {"parent": "clinic", "partner": "clinic-branch"}
    assert told[2][1] == {
        "allotment": str(clinic.allotment.pk),
        "product": "DNA-STD",
        "quantity": 3,
        "from": None,
        "partner": "clinic",
    }

    request, at = uuid7(), now()
    given = {"request_id": request, "partner_id": clinic.partner.pk, "choice": clinic.some(2)}
    with news() as told:
        for _ in range(2):
            got = hand_on(**given, to_partner_id=clinic.branch.pk, by=clinic.admin, at=at)
        return_to_pool(
            request_id=uuid7(),
            partner_id=clinic.branch.pk,
            choice=Choice(allotment_id=got.pk, quantity=1),
            by=clinic.branch_admin,
            at=at,
        )
    stock = {"allotment": str(got.pk), "product": "DNA-STD", "partner": "clinic-branch"}
    assert told == [
        ("partner.allotted", stock | {"quantity": 2, "from": "clinic"}),
        ("partner.returned", stock | {"quantity": 1, "to": "clinic"}),
    ]


def test_a_suspension_is_told_when_it_begins_changes_and_ends() -> None:
    clinic = make_clinic(quantity=1)
    who = {"partner_id": clinic.partner.pk, "by": OPERATOR, "at": now()}

    with news() as told:
        suspend_partner(**who, mode=Suspension.HANDING_OUT, reason="Unpaid")
        suspend_partner(**who, mode=Suspension.HANDING_OUT, reason="Unpaid")
        suspend_partner(**who, mode=Suspension.CODES, reason="Unpaid")
        resume_partner(**who, reason="Paid")
        resume_partner(**who, reason="Paid")

    assert told == [
        ("partner.suspended", {"mode": "handing_out", "partner": "clinic"}),
        ("partner.suspended", {"mode": "codes", "partner": "clinic"}),
        ("partner.resumed", {"partner": "clinic"}),
    ]


def test_what_is_refused_is_not_told() -> None:
    clinic = make_clinic(quantity=1)

    with refused(ReasonMissing):
        suspend_partner(
            partner_id=clinic.partner.pk, mode=Suspension.CODES, reason=" ", by=OPERATOR, at=now()
        )
