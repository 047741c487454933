"""An offer in several hands at once: one winner, and one assignment open whoever it is."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from counterfoil.errors import CounterfoilError, OfferClosed
from counterfoil.models import Assignment, Entitlement, Transfer, TransferEnd
from counterfoil.operations import _ledger, _offers
from counterfoil.operations._reassigning import reassign
from counterfoil.operations.cancel_transfer import cancel_transfer
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.correct_subject import correct_subject
from counterfoil.operations.offer_transfer import offer_transfer
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.operations.transfer import transfer
from counterfoil.operations.unassign import unassign
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    DOG,
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_many,
    make_assignee,
    now,
)
from tests.races.arena import SOME, fight, hesitate
from tests.scenes import HOLD
from tests.transfers import BOB, answer

pytestmark = pytest.mark.django_db(transaction=True)
CAUGHT = (AssertionError, IntegrityError)


def offered(terms: Terms | None = None) -> tuple[Issued, Assignee, Assignee, list[Transfer]]:
    """Let Ana offer some units to Bob."""
    ana, bob = make_assignee(), make_assignee(BOB)
    issued = issue_many(SOME, terms=terms or Terms())
    made = []
    for code, one in zip(issued.codes, issued.entitlement_ids, strict=True):
        redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
        made.append(_offer(one, ana))
    return issued, ana, bob, made


def _offer(entitlement_id: UUID, ana: Assignee) -> Transfer:
    return offer_transfer(entitlement_id=entitlement_id, mail=BOB, by=customer(ana), at=now())


def holders(entitlement_id: UUID) -> list[UUID]:
    held = Assignment.objects.filter(entitlement=entitlement_id, ended_at=None)
    return list(held.values_list("account_id", flat=True))


def careless_accept(made: Transfer, to: Assignee) -> object:
    """See that it is open, and pass it on a moment later."""
    if Transfer.objects.get(pk=made.pk).ended_at is not None:
        raise OfferClosed
    hesitate(0.002)
    with transaction.atomic():
        entitlement = Entitlement.objects.select_for_update(of=("self",)).get(
            pk=made.entitlement_id
        )
        held = Assignment.objects.filter(entitlement=entitlement, ended_at=None).first()
        if held is None:
            raise OfferClosed
        _offers.end(made, TransferEnd.ACCEPTED)
        change = _ledger.Change(act=Act.TRANSFER, by=customer(to), at=now())
        reassign(change, entitlement=entitlement, held=held, to=to)
    return made


def accepted_and_called_off(using: Callable[[Transfer, Assignee], object]) -> None:
    issued, ana, bob, made = offered()

    def call_off(one: Transfer) -> object:
        return cancel_transfer(transfer_id=one.pk, by=customer(ana), at=now())

    def judge(number: int, outcomes: list[object]) -> None:
        assert sorted(isinstance(one, OfferClosed) for one in outcomes) == [False, True]
        is_bobs = not isinstance(outcomes[0], Exception)
        winner = bob if is_bobs else ana
        assert holders(issued.entitlement_ids[number]) == [winner.account_id]
        because = Transfer.objects.get(pk=made[number].pk).ended_because
        assert because == ("accepted" if is_bobs else "cancelled")

    fight([[partial(using, one, bob), partial(call_off, one)] for one in made], judge)


def test_accepted_while_it_is_called_off() -> None:
    accepted_and_called_off(answer)


def test_accepting_without_the_lock_is_caught() -> None:
    with pytest.raises(CAUGHT):
        accepted_and_called_off(careless_accept)


def test_accepted_twice_it_passes_once() -> None:
    issued, _, bob, made = offered()

    def judge(number: int, outcomes: list[object]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)
        one = issued.entitlement_ids[number]
        assert holders(one) == [bob.account_id]
        assert Assignment.objects.filter(entitlement=one).count() == 2

    fight([[partial(answer, one, bob)] * 2 for one in made], judge)


@pytest.mark.parametrize("name", ["revoke", "hold", "unassign", "transfer"])
def test_accepted_while_something_else_is_done(name: str) -> None:
    issued, ana, bob, made = offered()
    carl = make_assignee("carl@example.com")
    why = {"by": OPERATOR, "reason": "case"}

    def otherwise(one: UUID) -> object:
        match name:
            case "revoke":
                return revoke(entitlement_ids=[one], at=now(), **why)
            case "hold":
                return place_hold(entitlement_ids=[one], at=now(), **HOLD, **why)
            case "unassign":
                return unassign(entitlement_id=one, by=customer(ana), at=now())
            case _:
                return transfer(entitlement_id=one, to=carl, at=now(), **why)

    def judge(number: int, outcomes: list[object]) -> None:
        assert all(not isinstance(one, Exception) or _is_told(one) for one in outcomes)
        one = issued.entitlement_ids[number]
        accepted = not isinstance(outcomes[0], Exception)
        found = holders(one)
        expected = {
            "revoke": [],
            "hold": [bob.account_id if accepted else ana.account_id],
            "unassign": [bob.account_id] if accepted else [],
            "transfer": [carl.account_id],
        }[name]
        assert found == expected

    rounds = [[partial(answer, one, bob), partial(otherwise, one.entitlement_id)] for one in made]
    fight(rounds, judge)


def _is_told(outcome: object) -> bool:
    return isinstance(outcome, CounterfoilError)


def test_transferred_while_its_subject_is_corrected() -> None:
    ana, bob = make_assignee(), make_assignee(BOB)
    issued = issue_many(SOME, terms=DOG)
    for code, one in zip(issued.codes, issued.entitlement_ids, strict=True):
        redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
        complete_subject(entitlement_id=one, answers={"name": "Rex"}, by=customer(ana), at=now())

    def correct(one: UUID) -> object:
        given = {"answers": {"name": "Miso"}, "by": customer(ana), "at": now()}
        return correct_subject(entitlement_id=one, **given)

    def move(one: UUID) -> object:
        return transfer(entitlement_id=one, to=bob, by=OPERATOR, at=now(), reason="case")

    def judge(number: int, outcomes: list[object]) -> None:
        corrected, moved = outcomes
        assert not isinstance(moved, Exception)
        assert not isinstance(corrected, Exception) or _is_told(corrected)
        one = issued.entitlement_ids[number]
        assert holders(one) == [bob.account_id]
        count = 2 if isinstance(corrected, Exception) else 3
        assert Assignment.objects.filter(entitlement=one).count() == count

    fight([[partial(correct, one), partial(move, one)] for one in issued.entitlement_ids], judge)
