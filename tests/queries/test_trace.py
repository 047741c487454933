"""The whole story of a purchase, in a number of queries that does not grow with it."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.queries.builders import live_a_life

from counterfoil.errors import NotFound
from counterfoil.models import Delivery, HoldKind
from counterfoil.operations.grant import grant
from counterfoil.operations.place_hold import place_hold
from counterfoil.queries.trace import trace, trace_unit
from counterfoil.queries.traced import EventKind, Trace
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import State
from counterfoil.testing.builders import OPERATOR, Issued, issue_many, make_product, now

pytestmark = pytest.mark.django_db
MOST_QUERIES = 21


def traced(issued: Issued, *, page: int = 1) -> Trace:
    return trace(purchase_id=issued.purchase.pk, now=now(), page=page)


def queries_of(issued: Issued) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        traced(issued)
    return len(captured)


def test_tells_what_happened_in_order_with_who_and_why() -> None:
    story = traced(live_a_life().issued).timeline

    told = [(event.kind, event.what, event.who) for event in reversed(story)]
    assert told[:4] == [
        (EventKind.ORDER, "Order came in", "Shop"),
        (EventKind.MONEY, "Paid", "Shop"),
        (EventKind.ACT, "3 entitlements issued", "Stripe"),
        (EventKind.MESSAGE, "Message received: checkout.session.completed", "Shop"),
    ]
    whats = [what for _, what, _ in told]
    assert "Code redeemed by b•••@example.com" in whats
    assert "Subject given: Miso" in whats
    assert "Code refused: already used by somebody else" in whats
    assert "Refunded" in whats
    assert "Dispute opened: product not received" in whats
    assert "Codes sent to a•••@example.com" in whats
    assert "Put before a person: Dispute about something in use" in whats
    [replaced] = [event for event in story if event.name == "replace_code"]
    assert (replaced.who, replaced.reason) == ("Olga Operator", "lost")
    assert replaced.comment == "Called from the number on file."
    assert [event.at for event in story] == sorted((e.at for e in story), reverse=True)


def test_tells_how_everything_stands() -> None:
    storied = live_a_life()

    told = traced(storied.issued)

    assert told.purchase is not None
    assert told.purchase.buyer == "a•••@example.com"
    assert (told.purchase.amount, told.purchase.refunded) == (34_200, 11_400)
    assert told.counts == {State.ASSIGNED: 1, State.ISSUED: 1, State.REVOKED: 1}
    used, replaced, refunded = told.units
    assert (used.holder, used.subject, used.code_state) == ("b•••@example.com", "Miso", "spent")
    assert used.provisioning is not None
    assert not used.provisioning.is_settled
    assert (replaced.replaced_count, replaced.code_state) == (1, "live")
    assert [(hold.kind, hold.reference) for hold in replaced.holds] == [("dispute", "dp_1")]
    assert replaced.flags == ("on_hold",)
    assert refunded.state is State.REVOKED
    assert [money.kind for money in told.money] == ["refund", "dispute"]
    assert told.money[0].decisions == {"revoke": 1}
    assert [attempt.outcome for attempt in told.attempts] == ["code_already_used", "ok"]
    assert told.messages[0].outcome == "converged"
    assert [mail.status for mail in told.deliveries] == ["sent"]


def test_never_tells_a_code_or_an_address() -> None:
    storied = live_a_life()

    told = repr(traced(storied.issued))

    for secret in (*storied.issued.codes, "ann.buyer@", "ben@", "carl@"):
        assert secret not in told


def test_asks_as_often_for_one_entitlement_as_for_fifty() -> None:
    one, fifty = issue_many(1), issue_many(50)

    assert queries_of(one) == queries_of(fifty) == MOST_QUERIES - 1  # no refund, no decisions


def test_asks_no_more_often_for_a_long_story() -> None:
    assert queries_of(live_a_life().issued) == MOST_QUERIES


def test_gives_large_purchases_in_pages_and_finds_the_page_of_an_entitlement() -> None:
    issued = issue_many(120)

    first, last = traced(issued), traced(issued, page=3)
    found = trace_unit(entitlement_id=issued.entitlement_ids[-1], now=now())

    assert (len(first.units), len(last.units), first.page_count) == (50, 20, 3)
    assert found.page == 3
    assert found.units[-1].handle == last.units[-1].handle
    assert last.units[-1].position == found.unit_count == 120
    assert traced(issued, page=99).page == 3
    assert first.timeline[0].what == "120 entitlements issued"


def test_an_act_on_many_is_one_event() -> None:
    issued = issue_many(3)
    place_hold(
        entitlement_ids=issued.entitlement_ids,
        kind=HoldKind.FRAUD,
        reference="case 7",
        by=OPERATOR,
        at=now(),
        reason="fraud",
    )

    event = traced(issued).timeline[0]

    assert event.what == "3 entitlements put on hold: fraud case 7"
    assert len(event.units) == 3


def test_a_grant_tells_who_gave_it_and_why() -> None:
    purchase = grant(
        request_id=uuid4(),
        product=make_product(),
        quantity=2,
        category=GrantCategory.CUSTOMER_SERVICE,
        reason="Kit was damaged in the post",
        reference="Case 8841",
        by=OPERATOR,
        at=now(),
    )

    told = trace(purchase_id=purchase.pk, now=now())

    assert told.purchase is not None
    assert told.purchase.grant is not None
    assert told.purchase.grant.issued_by == "Olga Operator"
    assert told.purchase.grant.reference == "Case 8841"
    assert [event.what for event in told.timeline] == ["2 entitlements granted"]


def test_what_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        trace(purchase_id=uuid4(), now=now())
    with pytest.raises(NotFound):
        trace_unit(entitlement_id=uuid4(), now=now())


@pytest.mark.parametrize(
    ("became", "status", "what"),
    [
        ({"sent_at": None}, "queued", "Codes to a•••@example.com: waiting to be sent"),
        ({"bounced_at": now()}, "bounced", "Mail to a•••@example.com came back"),
        (
            {"sent_at": None, "parked_at": now(), "last_error": "no such host"},
            "parked",
            "Codes could not be sent to a•••@example.com",
        ),
        (
            {"sent_at": None, "parked_at": now(), "is_unneeded": True},
            "unneeded",
            "Codes to a•••@example.com: no longer needed",
        ),
    ],
)
def test_tells_what_became_of_a_mail(became: dict[str, Any], status: str, what: str) -> None:
    issued = live_a_life().issued
    Delivery.objects.update(**became)

    told = traced(issued)

    assert [mail.status for mail in told.deliveries] == [status]
    assert what in [event.what for event in told.timeline]
