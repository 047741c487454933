"""Two who repair the same thing at the same moment, and what customers do meanwhile."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction

from counterfoil.console.standing import as_shown
from counterfoil.errors import StaleEntitlement
from counterfoil.models import Assignment, Decision, Entitlement, Entry, Provisioning, Purchase
from counterfoil.operations.complete_step import complete_step
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.correct_buyer import correct_buyer
from counterfoil.operations.decide_refund import decide_refund
from counterfoil.operations.redeem import redeem
from counterfoil.operations.replace_code import replace_code
from counterfoil.rules.acts import Act
from counterfoil.rules.orders import OrderState
from counterfoil.rules.proofs import AddressProof
from counterfoil.testing.builders import (
    CHANNEL,
    OPERATOR,
    ORIGIN,
    a_refund,
    converge,
    customer,
    issue_many,
    make_assignee,
    now,
    read_issued,
)
from tests.converged import UNIT, make_shop, of
from tests.onboarding import FULL, HOME, KINDS, publish
from tests.races.arena import SOME, fight, hesitate
from tests.scenes import history

pytestmark = pytest.mark.django_db(transaction=True)
Shown = Callable[[Act, UUID, int, Callable[[], object]], object]


def carelessly_as_shown(
    _act: Act, entitlement_id: UUID, version: int, do: Callable[[], object]
) -> object:
    """Compare what was shown before the row is locked, and go by that."""
    if not Entitlement.objects.filter(pk=entitlement_id, version=version).exists():
        raise StaleEntitlement
    hesitate(0.03)
    with transaction.atomic():
        return do()


def two_operators(shown: Shown) -> None:
    """Let eight open the same page and press the button at once."""
    units = issue_many(SOME).entitlement_ids

    def judge(number: int, outcomes: list[object]) -> None:
        assert Counter(type(one).__name__ for one in outcomes if isinstance(one, Exception)) == {
            "StaleEntitlement": 7
        }
        assert history(units[number]) == ["issue", "replace_code"]

    def press(unit: UUID) -> object:
        act = partial(replace_code, entitlement_id=unit, by=OPERATOR, at=now(), reason="lost")
        return shown(Act.REPLACE_CODE, unit, 1, act)

    fight([[partial(press, unit)] * 8 for unit in units], judge)


def test_of_eight_who_press_the_same_button_one_acts() -> None:
    two_operators(as_shown)


def test_pressing_at_once_catches_what_is_careless() -> None:
    with pytest.raises(AssertionError):
        two_operators(carelessly_as_shown)


def test_replacing_against_redeeming_from_a_page() -> None:
    issued, ana = issue_many(SOME), make_assignee()

    def press(unit: UUID) -> object:
        act = partial(replace_code, entitlement_id=unit, by=OPERATOR, at=now(), reason="lost")
        return as_shown(Act.REPLACE_CODE, unit, 1, act)

    def judge(number: int, outcomes: list[object]) -> None:
        unit = issued.entitlement_ids[number]
        replaced, redeemed = (not isinstance(one, Exception) for one in outcomes)
        assert replaced != redeemed
        assert history(unit)[1:] == (["replace_code"] if replaced else ["redeem"])

    rounds = [
        [
            partial(press, unit),
            partial(redeem, code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN),
        ]
        for unit, code in zip(issued.entitlement_ids, issued.codes, strict=True)
    ]
    fight(rounds, judge, even=True)


def _refunded(number: int) -> OrderState:
    money = a_refund(UNIT, quantity=None, reference=f"re_{number}")
    return replace(of(2), reference=f"cs_{number}", refunds=(money,))


def _decide(purchase: Purchase, unit: UUID, decision: Decision, number: int) -> object:
    return decide_refund(
        purchase_id=purchase.pk,
        reference=f"re_{number}",
        takes={unit: decision},
        by=OPERATOR,
        at=now(),
        reason="customer_asked",
    )


def test_two_who_decide_and_the_channel_that_comes_again() -> None:
    shop = make_shop()
    orders = [_refunded(number) for number in range(SOME)]
    bought = [converge(shop, order).purchase for order in orders]

    def judge(number: int, outcomes: list[object]) -> None:
        assert [one for one in outcomes if isinstance(one, Exception)] == []
        states = sorted(one.state for one in bought[number].entitlements.all())
        assert states == ["issued", "revoked"]

    rounds = []
    for number, purchase in enumerate(bought):
        first, second = purchase.entitlements.order_by("ordinal").values_list("pk", flat=True)
        again = replace(orders[number], as_of=now())
        look = partial(converge_purchase, connection=shop, order=again, by=CHANNEL, at=now())
        decide = [
            partial(_decide, purchase, one, Decision.REVOKE, number) for one in (first, second)
        ]
        rounds.append([*decide, look, *decide, look, *decide])
    fight(rounds, judge)


def test_deciding_against_redeeming_ends_revoked() -> None:
    shop, ana = make_shop(), make_assignee()
    bought = [converge(shop, _refunded(number)).purchase for number in range(SOME)]
    units = [one.entitlements.order_by("ordinal").first() for one in bought]

    def judge(number: int, outcomes: list[object]) -> None:
        assert not isinstance(outcomes[0], Exception)
        unit = units[number]
        assert unit is not None
        assert Entitlement.objects.get(pk=unit.pk).state == "revoked"
        assert not Assignment.objects.filter(entitlement=unit.pk, ended_at=None).exists()
        assert not Provisioning.objects.filter(pk=unit.pk).exclude(wanted="none").exists()

    rounds = [
        [
            partial(_decide, purchase, unit.pk, Decision.REVOKE, number),
            partial(
                redeem,
                code=read_issued(purchase).codes[0],
                to=ana,
                by=customer(ana),
                at=now(),
                origin=ORIGIN,
            ),
        ]
        for number, (purchase, unit) in enumerate(zip(bought, units, strict=True))
        if unit is not None
    ]
    fight(rounds, judge, even=True)


def test_correcting_a_buyer_against_redeeming() -> None:
    ana = make_assignee()
    bought = [issue_many(1) for _ in range(SOME)]

    def judge(number: int, outcomes: list[object]) -> None:
        assert not isinstance(outcomes[0], Exception)
        told = history(bought[number].id)
        assert told in (
            ["issue", "redeem"],
            ["issue", "correct_buyer", "redeem"],
            [
                "issue",
                "correct_buyer",
            ],
        )

    rounds = [
        [
            partial(
                correct_buyer,
                purchase_id=one.purchase.pk,
                mail=f"buyer-{number}@example.org",
                proof=AddressProof.CALLED_BACK,
                by=OPERATOR,
                at=now(),
                reason="mail_not_received",
            ),
            partial(redeem, code=one.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN),
        ]
        for number, one in enumerate(bought)
    ]
    fight(rounds, judge, even=True)


def test_staff_and_holder_who_answer_the_same_step(settings: object) -> None:
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS  # type: ignore[attr-defined]
    publish()
    ana = make_assignee()
    issued = issue_many(SOME, terms=replace(FULL, onboarding=FULL.onboarding[1:]))
    for code in issued.codes:
        redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    held = list(Assignment.objects.order_by("pk"))

    def judge(number: int, outcomes: list[object]) -> None:
        assert [one for one in outcomes if isinstance(one, Exception)] == []
        entries = Entry.objects.filter(entitlement=held[number].entitlement_id)
        assert entries.filter(act_name="complete_step").count() == 1

    rounds = [
        [
            partial(
                complete_step, assignment_id=one.pk, key="address", answers=HOME, by=by, at=now()
            )
            for by in (OPERATOR, customer(ana)) * 4
        ]
        for one in held
    ]
    fight(rounds, judge)
