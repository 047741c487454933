"""The same entitlement in several hands at once."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from counterfoil.errors import CodeAlreadyUsed, IllegalMove, SubjectAlreadyKnown, TooManyReveals
from counterfoil.models import Assignment, CodeState, Entitlement, Entry, GrantRecord, Subject
from counterfoil.operations.assign import assign
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.grant import grant
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.redeem import redeem
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.reveal_code import reveal_code
from counterfoil.operations.unassign import unassign
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import Actor, Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_many,
    make_assignee,
    make_product,
    now,
)
from tests.races import careless
from tests.races.arena import ROUNDS, SOME, fight
from tests.records import assert_kept
from tests.scenes import HOLD, history

pytestmark = pytest.mark.django_db(transaction=True)
CAUGHT = (AssertionError, IntegrityError)
WRITERS = 4


def sold(count: int = ROUNDS) -> Issued:
    return issue_many(count)


def used(by: Assignee) -> Issued:
    """Sell so many, each in somebody's hands already."""
    issued = sold()
    for code in issued.codes:
        redeem(code=code, to=by, by=customer(by), at=now(), origin=ORIGIN)
    return issued


def test_assigned_to_several_at_once_one_has_it() -> None:
    people = [make_assignee(f"p{number}@example.com") for number in range(WRITERS)]
    issued = sold()

    def give(entitlement_id: UUID, to: Assignee) -> object:
        return assign(entitlement_id=entitlement_id, to=to, by=OPERATOR, at=now(), reason="case")

    def judge(number: int, outcomes: list[object]) -> None:
        refusals = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert refusals == [CodeAlreadyUsed] * (WRITERS - 1)
        assert history(issued.entitlement_ids[number]) == ["issue", "assign"]

    fight([[partial(give, one, to) for to in people] for one in issued.entitlement_ids], judge)


def test_assigned_and_redeemed_at_once_one_has_it() -> None:
    ana, bob = make_assignee(), make_assignee("bob@example.com")
    issued = sold()

    def give(entitlement_id: UUID) -> object:
        return assign(entitlement_id=entitlement_id, to=bob, by=OPERATOR, at=now(), reason="case")

    def present(code: str) -> object:
        return redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    def judge(number: int, outcomes: list[object]) -> None:
        assert sorted(isinstance(one, CodeAlreadyUsed) for one in outcomes) == [False, True]
        winner = ana if isinstance(outcomes[1], Exception) else bob
        held = Assignment.objects.get(entitlement=issued.entitlement_ids[number])
        assert held.account_id == winner.account_id

    pairs = zip(issued.codes, issued.entitlement_ids, strict=True)
    rounds = [[partial(present, code), partial(give, one)] for code, one in pairs]
    assert len(fight(rounds, judge, even=True)) == 2


def test_taken_back_while_somebody_else_would_have_it() -> None:
    ana, bob = make_assignee(), make_assignee("bob@example.com")
    issued = used(ana)

    def give(entitlement_id: UUID) -> object:
        return assign(entitlement_id=entitlement_id, to=bob, by=OPERATOR, at=now(), reason="case")

    def take(entitlement_id: UUID) -> object:
        return unassign(entitlement_id=entitlement_id, by=customer(ana), at=now())

    def judge(number: int, outcomes: list[object]) -> None:
        given, taken = outcomes
        assert not isinstance(taken, Exception)
        too_early = isinstance(given, CodeAlreadyUsed)
        assert too_early or not isinstance(given, Exception)
        acts = ["issue", "redeem", "unassign"] + ([] if too_early else ["assign"])
        assert history(issued.entitlement_ids[number]) == acts

    rounds = [[partial(give, one), partial(take, one)] for one in issued.entitlement_ids]
    fight(rounds, judge)


def test_taken_back_while_it_is_presented_again() -> None:
    ana = make_assignee()
    issued = used(ana)

    def take(entitlement_id: UUID) -> object:
        return unassign(entitlement_id=entitlement_id, by=customer(ana), at=now())

    def present(code: str) -> object:
        return redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    def judge(number: int, outcomes: list[object]) -> None:
        presented, taken = outcomes
        assert not isinstance(taken, Exception)
        assert isinstance(presented, CodeAlreadyUsed) or getattr(presented, "repeated", False)
        assert history(issued.entitlement_ids[number]) == ["issue", "redeem", "unassign"]

    pairs = zip(issued.codes, issued.entitlement_ids, strict=True)
    rounds = [[partial(present, code), partial(take, one)] for code, one in pairs]
    assert len(fight(rounds, judge, even=True)) == 2


def proper_subject(entitlement_id: UUID, name: str, ana: Assignee) -> object:
    return complete_subject(
        entitlement_id=entitlement_id, answers={"name": name}, by=customer(ana), at=now()
    )


def careless_subject(entitlement_id: UUID, name: str, ana: Assignee) -> object:
    return careless.complete(entitlement_id=entitlement_id, name=name, by=customer(ana), at=now())


def two_names(using: Callable[[UUID, str, Assignee], object]) -> None:
    ana = make_assignee()
    issued = used(ana)
    names = ["Rex", "Bella"]

    def judge(number: int, outcomes: list[object]) -> None:
        refused = [isinstance(one, SubjectAlreadyKnown) for one in outcomes]
        assert sorted(refused) == [False, True]
        one = issued.entitlement_ids[number]
        assert history(one) == ["issue", "redeem", "complete_subject"]
        held = Assignment.objects.select_related("subject").get(entitlement=one)
        assert held.subject is not None
        assert held.subject.data == {"name": names[refused.index(False)]}
        assert Subject.objects.count() == number + 1

    rounds = [[partial(using, one, name, ana) for name in names] for one in issued.entitlement_ids]
    fight(rounds, judge, even=True)


def test_of_two_subjects_given_at_once_one_stays() -> None:
    two_names(proper_subject)


def test_two_subjects_catch_what_is_careless() -> None:
    with pytest.raises(CAUGHT):
        two_names(careless_subject)


def test_a_subject_given_while_it_is_taken_back_belongs_to_nobody_else() -> None:
    ana = make_assignee()
    issued = used(ana)

    def take(entitlement_id: UUID) -> object:
        return unassign(entitlement_id=entitlement_id, by=customer(ana), at=now())

    def judge(number: int, outcomes: list[object]) -> None:
        named, taken = outcomes
        assert not isinstance(taken, Exception)
        one = issued.entitlement_ids[number]
        held = Assignment.objects.get(entitlement=one)
        assert (held.subject_id is None) == isinstance(named, Exception)
        assert ("complete_subject" in history(one)) == (held.subject_id is not None)

    rounds = [
        [partial(proper_subject, one, "Rex", ana), partial(take, one)]
        for one in issued.entitlement_ids
    ]
    assert len(fight(rounds, judge, even=True)) == 2


def proper_reveal(entitlement_id: UUID) -> str:
    return reveal_code(entitlement_id=entitlement_id, by=customer(make_assignee()), at=now())


def reveal_against_replace(using: Callable[[UUID], str]) -> None:
    issued = sold()

    def swap(entitlement_id: UUID) -> object:
        return replace_code(entitlement_id=entitlement_id, by=OPERATOR, at=now(), reason="lost")

    def judge(number: int, outcomes: list[object]) -> None:
        shown, swapped = outcomes
        assert not isinstance(swapped, Exception)
        one = issued.entitlement_ids[number]
        live = Entitlement.objects.get(pk=one).codes.get(state=CodeState.LIVE).opened()
        shown_first = history(one) == ["issue", "reveal_code", "replace_code"]
        assert shown == (issued.codes[number] if shown_first else live)

    rounds = [[partial(using, one), partial(swap, one)] for one in issued.entitlement_ids]
    fight(rounds, judge)


def test_the_code_shown_is_the_one_that_was_live_by_the_ledger() -> None:
    reveal_against_replace(proper_reveal)


def test_a_careless_reveal_is_caught() -> None:
    with pytest.raises(CAUGHT):
        reveal_against_replace(careless.reveal)


@override_settings(COUNTERFOIL_REVEAL_LIMIT=2)
def test_whoever_looks_at_several_codes_at_once_sees_no_more_than_they_may() -> None:
    issued = issue_many(WRITERS)

    def look(by: Actor, entitlement_id: UUID) -> object:
        return reveal_code(entitlement_id=entitlement_id, by=by, at=now(), reason="on the phone")

    staff = [replace(OPERATOR, id=f"operator-{number}") for number in range(SOME)]
    rounds = [[partial(look, by, one) for one in issued.entitlement_ids] for by in staff]

    def judge(number: int, outcomes: list[object]) -> None:
        refusals = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert refusals == [TooManyReveals] * (WRITERS - 2)
        assert Entry.objects.filter(actor_id=staff[number].id).count() == 2

    fight(rounds, judge)


def test_a_grant_asked_for_several_times_at_once_is_given_once() -> None:
    product = make_product()
    requests = [uuid4() for _ in range(max(ROUNDS // 4, 1))]

    def give(request_id: UUID) -> object:
        return grant(
            request_id=request_id,
            product=product,
            quantity=2,
            category=GrantCategory.TEST,
            reason="Because",
            reference="CASE-1",
            by=OPERATOR,
            at=now(),
        )

    def judge(number: int, outcomes: list[object]) -> None:
        assert len({getattr(one, "pk", None) for one in outcomes}) == 1
        assert GrantRecord.objects.count() == number + 1
        assert Entitlement.objects.count() == 2 * (number + 1)

    fight([[partial(give, one)] * WRITERS for one in requests], judge)


def test_the_same_hold_placed_several_times_at_once_stands_once() -> None:
    issued = sold()

    def hold(entitlement_id: UUID) -> int:
        given = {"by": OPERATOR, "at": now(), "reason": "suspicion", **HOLD}
        return len(place_hold(entitlement_ids=[entitlement_id], **given))

    def judge(number: int, outcomes: list[object]) -> None:
        assert sorted(map(str, outcomes)) == ["0"] * (WRITERS - 1) + ["1"]
        assert history(issued.entitlement_ids[number]) == ["issue", "place_hold"]

    fight([[partial(hold, one)] * WRITERS for one in issued.entitlement_ids], judge)


TAMPER = "UPDATE counterfoil_entitlement SET state = 'revoked', version = version + 1 WHERE id = %s"


def tamper(entitlement_id: UUID) -> object:
    """Change it in SQL, without an entry; gives whether the database let it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(TAMPER, [entitlement_id])
    except IntegrityError as error:
        return "without an entry" in str(error)
    return False


def tampering() -> None:
    ana = make_assignee()
    issued = sold()

    def present(code: str) -> object:
        return redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    def judge(number: int, outcomes: list[object]) -> None:
        was_refused, redeemed = outcomes
        assert was_refused is True
        assert not isinstance(redeemed, Exception)
        assert history(issued.entitlement_ids[number]) == ["issue", "redeem"]

    pairs = zip(issued.codes, issued.entitlement_ids, strict=True)
    fight([[partial(tamper, one), partial(present, code)] for code, one in pairs], judge)


def test_whoever_tampers_loses_and_the_holder_notices_nothing() -> None:
    tampering()


def test_tampering_is_caught_where_the_database_does_not_refuse_it() -> None:
    switch = "ALTER TABLE counterfoil_entitlement {} TRIGGER counterfoil_entitlement_changed"
    with connection.cursor() as cursor:
        cursor.execute(switch.format("DISABLE"))
        try:
            with pytest.raises(CAUGHT):
                tampering()
        finally:
            cursor.execute(switch.format("ENABLE"))


def test_unassigned_by_two_at_once_it_is_taken_back_once() -> None:
    ana = make_assignee()
    issued = used(ana)

    def take(entitlement_id: UUID) -> object:
        return unassign(entitlement_id=entitlement_id, by=OPERATOR, at=now(), reason="wrong dog")

    def judge(number: int, outcomes: list[object]) -> None:
        assert sorted(isinstance(one, IllegalMove) for one in outcomes) == [False, True]
        assert history(issued.entitlement_ids[number]) == ["issue", "redeem", "unassign"]

    fight([[partial(take, one)] * 2 for one in issued.entitlement_ids], judge)
    assert_kept()
    assert Entry.objects.filter(act_name="unassign").count() == ROUNDS
