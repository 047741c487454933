"""A person decides what a refund takes back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from counterfoil.effects.settling import settle
from counterfoil.errors import (
    NotFound,
    ReasonMissing,
    RefundedByAnother,
    RefundNotPaid,
    RefundSaysOtherwise,
    RefundUnitsInvalid,
    RefundUnknown,
)
from counterfoil.models import (
    AuditEntry,
    Connection,
    Decision,
    Entitlement,
    ExceptionCase,
    Provisioning,
    Purchase,
    Refund,
    RefundedEntitlement,
)
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.decide_refund import decide_refund
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.rules.orders import OrderState, RefundStatus
from counterfoil.testing.builders import CHANNEL, OPERATOR, a_refund, converge, now
from tests.converged import UNIT, cases, failed, make_shop, of, refund_of, use_one
from tests.records import refused, unchanged

pytestmark = pytest.mark.django_db
REVOKE, KEEP = Decision.REVOKE, Decision.KEEP


@pytest.fixture
def shop() -> Connection:
    return make_shop()


@pytest.fixture(autouse=True)
def kept(db: None) -> Iterator[None]:
    """Hold every promise against what a test leaves behind."""
    yield
    settle()
    assert broken(INVARIANTS, grace=timedelta(0)) == {}


def some_money(amount: int = 5_000, reference: str = "re_1") -> OrderState:
    """Say that three and one were ordered, and some money went back, nobody says for what."""
    refund = a_refund(amount, quantity=None, reference=reference)
    return replace(of(3, 1), refunds=(refund,))


def units(purchase: Purchase, line: str = "li_1") -> list[Entitlement]:
    found = purchase.entitlements.filter(line__external_line=line)
    return list(found.select_related("terms").order_by("ordinal"))


def decide(purchase: Purchase, takes: dict[Entitlement, Decision], **told: str) -> None:
    decide_refund(
        purchase_id=purchase.pk,
        reference=told.get("reference", "re_1"),
        takes={unit.pk: decision for unit, decision in takes.items()},
        by=OPERATOR,
        at=now(),
        reason=told.get("reason", "customer_asked"),
        comment="they wrote",
    )


def again(shop: Connection, order: OrderState) -> None:
    """Look at the order again; nothing may change."""
    converge_purchase(connection=shop, order=replace(order, as_of=now()), by=CHANNEL, at=now())


def states(purchase: Purchase) -> list[str]:
    return [one.state for name in ("li_1", "li_2") for one in units(purchase, name)]


def rows() -> list[tuple[str | None, str, int, int]]:
    found = Refund.objects.order_by("external_reference", "line__external_line", "covers")
    return list(found.values_list("line__external_line", "covers", "units", "amount"))


def test_the_units_a_person_names_go_and_stay_gone(shop: Connection) -> None:
    order = some_money()
    purchase = converge(shop, order).purchase
    assert cases() == ["refund_unknown_entitlement"]

    decide(purchase, {units(purchase)[1]: REVOKE})

    assert states(purchase) == ["issued", "revoked", "issued", "issued"]
    assert (cases(), rows()) == ([], [("li_1", "units", 1, 5_000)])
    entry = units(purchase)[1].entries.latest("seq")
    assert (entry.act_name, entry.move, entry.reason) == (
        "decide_refund",
        "revoke",
        "customer_asked",
    )
    assert entry.data == {"decision": "revoke", "because": "refunded", "reference": "re_1"}
    case = ExceptionCase.objects.get()
    assert (case.outcome, case.resolved_by) == ("Decided: 1 revoked.", OPERATOR.display)
    again(shop, order)
    assert (states(purchase)[1], cases(), rows()) == (
        "revoked",
        [],
        [("li_1", "units", 1, 5_000)],
    )
    with unchanged():
        decide(purchase, {units(purchase)[1]: REVOKE})


def test_units_of_two_lines_share_the_money(shop: Connection) -> None:
    order = some_money(20_000)
    purchase = converge(shop, order).purchase

    decide(purchase, {units(purchase)[0]: REVOKE, units(purchase, "li_2")[0]: KEEP})

    assert states(purchase) == ["revoked", "issued", "issued", "issued"]
    assert sum(row[3] for row in rows()) == 20_000
    assert [row[2] for row in rows()] == [1, 1]
    entry = units(purchase, "li_2")[0].entries.latest("seq")
    assert (entry.act_name, entry.move, entry.data["decision"]) == ("decide_refund", None, "keep")
    before = rows()
    again(shop, order)
    assert (rows(), cases()) == (before, [])


def test_more_money_than_the_units_had_cost_is_money_alone(shop: Connection) -> None:
    purchase = converge(shop, some_money(4 * UNIT)).purchase

    decide(purchase, dict.fromkeys(units(purchase), REVOKE))

    assert rows() == [("li_1", "units", 3, 3 * UNIT), (None, "money", 0, UNIT)]


def test_money_alone_takes_nothing_and_is_not_asked_again(shop: Connection) -> None:
    order = some_money()
    purchase = converge(shop, order).purchase

    decide(purchase, {}, reason="goodwill")

    assert (states(purchase), cases()) == (["issued"] * 4, [])
    assert rows() == [(None, "money", 0, 5_000)]
    note = AuditEntry.objects.get(act="decide_refund")
    assert (note.subject, note.actor_id, note.data["reason"]) == ("re_1", OPERATOR.id, "goodwill")
    again(shop, order)
    assert (cases(), rows()) == ([], [(None, "money", 0, 5_000)])
    with unchanged():
        decide(purchase, {}, reason="goodwill")


def test_another_decision_takes_the_place_of_the_first(shop: Connection) -> None:
    purchase = converge(shop, some_money()).purchase
    first, second, _third = units(purchase)
    decide(purchase, {first: REVOKE})

    decide(purchase, {second: REVOKE}, reason="mistake")

    assert states(purchase) == ["issued", "revoked", "issued", "issued"]
    assert [entry.act_name for entry in first.entries.order_by("seq")][1:] == [
        "decide_refund",
        "reinstate",
    ]
    standing = RefundedEntitlement.objects.filter(superseded_at=None)
    assert [one.entitlement_id for one in standing] == [second.pk]
    decide(purchase, {second: KEEP}, reason="goodwill")
    assert states(purchase) == ["issued"] * 4
    decide(purchase, {}, reason="goodwill")
    assert (states(purchase), rows()) == (
        ["issued"] * 4,
        [("li_1", "units", 0, 0), (None, "money", 0, 5_000)],
    )


def test_what_went_for_another_reason_stays_gone(shop: Connection) -> None:
    purchase = converge(shop, some_money()).purchase
    decide(purchase, {units(purchase)[0]: REVOKE})
    converge(shop, replace(some_money(), cancelled_at=now()))

    decide(purchase, {units(purchase)[1]: REVOKE})

    assert states(purchase) == ["revoked"] * 4


def test_one_in_use_is_taken_down_downstream(shop: Connection) -> None:
    purchase = converge(shop, some_money()).purchase
    use_one(purchase)
    used = units(purchase)[0]
    assert used.state == "assigned"

    decide(purchase, {used: REVOKE})

    assert states(purchase)[0] == "revoked"
    assert not Provisioning.objects.exclude(wanted="none").exists()


def test_a_refund_that_fails_gives_back_what_a_person_took_for_it(shop: Connection) -> None:
    order = some_money()
    purchase = converge(shop, order).purchase
    decide(purchase, {units(purchase)[0]: REVOKE})

    again(shop, replace(order, refunds=(failed(order.refunds[0]),)))

    assert (states(purchase), cases()) == (["issued"] * 4, [])
    again(shop, order)  # it went through after all: somebody has to look again
    assert (states(purchase), cases()) == (["issued"] * 4, ["refund_unknown_entitlement"])
    decide(purchase, {units(purchase)[0]: REVOKE})
    assert (states(purchase)[0], cases()) == ("revoked", [])
    again(shop, order)
    assert (states(purchase)[0], cases()) == ("revoked", [])


def test_a_refund_that_was_gone_for_a_while_is_asked_about_again(shop: Connection) -> None:
    order = replace(some_money(), lists_all_refunds=True)
    purchase = converge(shop, order).purchase
    decide(purchase, {units(purchase)[0]: KEEP})

    again(shop, replace(order, refunds=()))
    again(shop, order)

    assert (states(purchase), cases()) == (["issued"] * 4, ["refund_unknown_entitlement"])


def test_the_rest_goes_when_the_refunds_add_up(shop: Connection) -> None:
    order = some_money()
    purchase = converge(shop, order).purchase
    decide(purchase, {units(purchase)[0]: KEEP})
    rest = a_refund(order.amount_total - 5_000, quantity=None, reference="re_2")
    whole = replace(order, refunds=(*order.refunds, rest))

    again(shop, whole)

    assert (states(purchase), cases()) == (["issued", *["revoked"] * 3], [])
    again(shop, whole)
    assert (states(purchase), cases()) == (["issued", *["revoked"] * 3], [])


def test_what_the_channel_says_later_counts(shop: Connection) -> None:
    order = some_money(UNIT)
    purchase = converge(shop, order).purchase
    decide(purchase, {})
    said = refund_of(("li_1", 1, UNIT))

    again(shop, replace(order, refunds=(said,)))

    assert states(purchase) == ["issued", "issued", "revoked", "issued"]


def test_how_many_the_channel_said_stands_and_which_is_decided(shop: Connection) -> None:
    order = replace(of(3, 1), refunds=(refund_of(("li_1", 1, UNIT)),))
    purchase = converge(shop, order).purchase
    assert states(purchase) == ["issued", "issued", "revoked", "issued"]
    first, second, _third = units(purchase)

    with refused(RefundSaysOtherwise):
        decide(purchase, {first: REVOKE, second: REVOKE})
    with refused(RefundSaysOtherwise):
        decide(purchase, {})
    decide(purchase, {first: REVOKE})

    assert states(purchase) == ["revoked", "issued", "issued", "issued"]
    again(shop, order)
    assert states(purchase) == ["revoked", "issued", "issued", "issued"]
    decide(purchase, {first: KEEP})
    assert states(purchase) == ["issued"] * 4


@pytest.mark.parametrize("status", [RefundStatus.PENDING, RefundStatus.FAILED])
def test_nothing_is_decided_before_the_money_is_gone(
    shop: Connection, status: RefundStatus
) -> None:
    order = some_money()
    waiting = replace(order, refunds=(replace(order.refunds[0], status=status),))
    purchase = converge(shop, waiting).purchase

    with refused(RefundNotPaid):
        decide(purchase, {units(purchase)[0]: REVOKE})


def test_what_cannot_be_is_refused(shop: Connection) -> None:
    order = some_money()
    purchase = converge(shop, order).purchase
    mine, other = units(purchase)[:2]
    foreign = units(converge(shop, replace(of(1), reference="cs_2")).purchase)[0]

    with refused(RefundUnitsInvalid):
        decide(purchase, {mine: REVOKE, foreign: REVOKE})
    with refused(RefundUnitsInvalid):
        decide(purchase, {mine: Decision.PENDING})
    with refused(RefundUnknown):
        decide(purchase, {mine: REVOKE}, reference="re_9")
    with refused(ReasonMissing):
        decide(purchase, {mine: REVOKE}, reason="")
    with refused(NotFound):
        decide_refund(
            purchase_id=uuid4(), reference="re_1", takes={}, by=OPERATOR, at=now(), reason="x"
        )
    again(shop, replace(order, refunds=(*order.refunds, some_money(6_000, "re_2").refunds[0])))
    decide(purchase, {other: REVOKE}, reference="re_2")
    with refused(RefundedByAnother):
        decide(purchase, {mine: REVOKE, other: REVOKE})
