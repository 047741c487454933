"""Redeeming: once, for whoever presents the code."""

from datetime import timedelta

import pytest
from django.test import override_settings

from counterfoil.errors import (
    CodeAlreadyUsed,
    CodeMalformed,
    CodeNotFound,
    CounterfoilError,
    EntitlementIsTest,
    EntitlementNotSold,
)
from counterfoil.models import Assignment, Entry, Provisioning
from counterfoil.operations.redeem import redeem
from counterfoil.rules.codes import draw_code
from counterfoil.rules.lifecycle import State
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    ORIGIN,
    customer,
    issue_many,
    issue_one,
    make_assignee,
    make_connection,
    now,
)
from tests.records import refused
from tests.scenes import history, mint, reserve
from tests.spoils import SPOILS

pytestmark = pytest.mark.django_db


def test_gives_the_entitlement_to_whoever_presents_its_code() -> None:
    issued, ana = issue_one(), make_assignee()

    redemption = redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    entitlement = issued.entitlement()
    assert redemption.entitlement_id == entitlement.pk
    assert entitlement.state == State.ASSIGNED
    assert entitlement.version == 2
    assert Assignment.objects.get(entitlement=entitlement).account_id == ana.account_id
    assert history(entitlement.pk) == ["issue", "redeem"]
    assert entitlement.codes.get().state == "spent"
    assert entitlement.codes.get().ciphertext is None


def test_presenting_it_again_for_the_same_account_changes_nothing() -> None:
    issued, ana = issue_one(), make_assignee()
    first = redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    again = redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    assert again.repeated
    assert again.version == first.version
    assert Entry.objects.count() == 2


def test_refuses_a_code_somebody_else_used() -> None:
    issued, ana, bob = issue_one(), make_assignee(), make_assignee("bob@example.com")
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    with pytest.raises(CodeAlreadyUsed):
        redeem(code=issued.code, to=bob, by=customer(bob), at=now(), origin=ORIGIN)

    assert Assignment.objects.get().account_id == ana.account_id
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("reason", SPOILS, ids=lambda it: it.__name__)
def test_refuses_what_became_useless(reason: type[CounterfoilError]) -> None:
    issued, ana = issue_one(), make_assignee()
    SPOILS[reason](issued)

    with refused(reason):
        redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)


def test_gives_what_is_reserved_to_whom_it_is_reserved_for_and_afterwards_to_anybody() -> None:
    ana, bob = make_assignee(), make_assignee("bob@example.com")
    for until, to in ((timedelta(days=1), ana), (timedelta(seconds=-1), bob)):
        issued = issue_one()
        reserve(issued.id, account_id=ana.account_id, until=now() + until)

        redeem(code=issued.code, to=to, by=customer(to), at=now(), origin=ORIGIN)

        assert issued.entitlement().state == State.ASSIGNED


def test_refuses_what_was_not_sold_yet() -> None:
    ana = make_assignee()
    _, printed = mint(issue_one().entitlement().product)

    with refused(EntitlementNotSold):
        redeem(code=printed, to=ana, by=customer(ana), at=now(), origin=ORIGIN)


def test_a_test_code_works_until_real_money_moves_here_unless_the_host_says_so() -> None:
    ana, bob, issued = make_assignee(), make_assignee("bob@example.com"), issue_many(3)
    redeem(code=issued.codes[0], to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    live = make_connection(slug="live", is_test=False)

    with refused(EntitlementIsTest):
        redeem(code=issued.codes[1], to=bob, by=customer(bob), at=now(), origin=ORIGIN)
    assert redeem(code=issued.codes[0], to=ana, by=customer(ana), at=now(), origin=ORIGIN).repeated

    with override_settings(COUNTERFOIL_REDEEM_TEST_CODES=True):
        redeem(code=issued.codes[1], to=bob, by=customer(bob), at=now(), origin=ORIGIN)
    live.delete()
    with override_settings(COUNTERFOIL_REDEEM_TEST_CODES=False), refused(EntitlementIsTest):
        redeem(code=issued.codes[2], to=bob, by=customer(bob), at=now(), origin=ORIGIN)


def test_refuses_codes_that_do_not_exist_or_cannot() -> None:
    issued, ana = issue_one(), make_assignee()

    with pytest.raises(CodeNotFound):
        redeem(code=draw_code(), to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    with pytest.raises(CodeMalformed):
        redeem(code="hello", to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    assert issued.entitlement().state == State.ISSUED


def test_asks_for_the_downstream_record_at_once_where_no_subject_is_needed() -> None:
    issued, ana = issue_one(terms=Terms()), make_assignee()

    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    assert Provisioning.objects.get().wanted == "active"
