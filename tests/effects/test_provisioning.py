"""The host's record: made once it is called for, taken down again, whatever goes wrong between."""

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import connection, connections

from counterfoil.effects import calling, downstream
from counterfoil.effects.downstream import LEASE, provision, provision_due
from counterfoil.effects.provisioning import ProvisioningFailed
from counterfoil.effects.settling import settle
from counterfoil.hosting import asking
from counterfoil.models import DownstreamHealth, Entitlement, Entry, ExceptionCase, Provisioning
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.operations.unassign import unassign
from counterfoil.rules.lifecycle import State
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_assignee,
    now,
    read_issued,
)
from tests.effects.hosts import Host, World, nothing, wait_for_calls

pytestmark = pytest.mark.django_db

IN_TIME = 120.0


class OutOfOrderError(Exception):
    """The host is down, and says whose mail address that is about."""


def redeemed(mail_address: str = "ana@example.com") -> Issued:
    issued, ana = issue_one(terms=Terms()), make_assignee(mail_address)
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    return issued


def state() -> str:
    return Entitlement.objects.get().state


def broken() -> None:
    raise OutOfOrderError("ana@example.com is the last straw")


def test_the_record_is_made_and_the_holder_told(world: World) -> None:
    issued = redeemed()

    settle()

    row = Provisioning.objects.get()
    assert (row.wanted, row.got) == ("active", "active")
    assert state() == State.FULFILLED
    [request] = world.records.values()
    assert request.key == f"{issued.entitlement().handle}:2"
    assert (request.product, request.mail) == ("DNA-STD", "ana@example.com")
    assert "ana@example.com" not in repr(request)
    assert [one.to for one in mail.outbox] == [["ana@example.com"]]
    assert "set up" in str(mail.outbox[0].body)


def test_a_record_waits_for_its_subject(world: World) -> None:
    issued, ana = issue_one(), make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    settle()
    assert world.calls == []

    complete_subject(entitlement_id=issued.id, answers={"name": "Rex"}, by=customer(ana), at=now())
    settle()

    [request] = world.records.values()
    assert (request.subject_kind, request.subject) == ("dog", {"name": "Rex"})
    assert state() == State.FULFILLED
    assert "Ready for Rex" in str(mail.outbox[-1].body)


@pytest.mark.django_db(transaction=True)
def test_the_host_is_called_outside_of_any_transaction(world: World) -> None:
    redeemed()
    inside: list[bool] = []
    world.before = lambda: inside.append(connection.in_atomic_block)

    settle()

    assert inside == [False]


def test_a_host_that_fails_is_asked_again_later_and_quoted_nowhere(world: World) -> None:
    redeemed()
    world.before = broken
    at = now()
    settle(at=at)
    row = Provisioning.objects.get()
    assert (row.got, row.attempts, row.last_error) == ("maybe", 1, "OutOfOrderError")
    assert state() == State.ASSIGNED
    assert row.next_attempt_at == at + timedelta(seconds=15)

    assert provision_due(at=at + timedelta(seconds=14)) == 0
    world.before = nothing
    assert provision_due(at=at + timedelta(seconds=15)) == 1

    assert state() == State.FULFILLED
    assert Provisioning.objects.get().last_error == ""


@pytest.mark.parametrize(
    "answer", [None, 7, " ", "a\x00b", "\ud800"], ids=["none", "7", "blank", "nul", "half"]
)
def test_a_host_that_answers_nonsense_has_made_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    redeemed()
    monkeypatch.setattr(Host, "provision", lambda _self, _request: answer)

    settle()

    row = Provisioning.objects.get()
    assert (row.got, row.last_error) == ("maybe", "It gave no reference of what it made.")
    assert state() == State.ASSIGNED


@pytest.mark.parametrize("words", ["a\x00b", "\ud800"], ids=["nul", "half"])
def test_words_that_cannot_be_kept_are_left_out(world: World, words: str) -> None:
    def refused() -> None:
        raise ProvisioningFailed(words)

    redeemed()
    world.before = refused
    settle()

    row = Provisioning.objects.get()
    assert (row.got, row.last_error) == ("maybe", "ProvisioningFailed")


def test_what_the_host_says_in_words_is_kept(world: World) -> None:
    def refused() -> None:
        raise ProvisioningFailed("The laboratory is closed until Monday.")

    redeemed()
    world.before = refused
    settle()

    assert Provisioning.objects.get().last_error == "The laboratory is closed until Monday."


def test_an_answer_that_was_lost_is_asked_for_under_the_same_key(world: World) -> None:
    redeemed()
    world.after = broken
    at = now()
    settle(at=at)
    assert state() == State.ASSIGNED

    world.after = nothing
    settle(at=at + timedelta(minutes=1))

    assert len(set(world.calls)) == 1
    assert len(world.records) == 1
    assert state() == State.FULFILLED


def test_whoever_dies_during_the_call_leaves_it_to_be_found(world: World) -> None:
    issued = redeemed()

    def killed() -> None:
        raise KeyboardInterrupt

    world.after = killed
    at = now()
    with pytest.raises(KeyboardInterrupt):
        provision(issued.id, at=at)
    world.after = nothing
    assert Provisioning.objects.get().got == "maybe"
    assert provision_due(at=at + timedelta(seconds=1)) == 0

    assert provision_due(at=at + LEASE) == 1
    assert state() == State.FULFILLED


def test_after_three_days_a_person_is_told_and_success_closes_the_case(world: World) -> None:
    issued = redeemed()
    world.before = broken
    at = now()
    settle(at=at)
    settle(at=at + timedelta(hours=73))
    case = ExceptionCase.objects.get(kind="provisioning_parked")
    assert (case.entitlement, case.key) == (issued.entitlement(), issued.entitlement().handle)
    assert "ana@" not in str(case.evidence)
    assert provision_due(at=at + timedelta(days=10)) == 0

    world.before = nothing
    Provisioning.objects.update(parked_at=None)
    settle(at=at + timedelta(days=10))

    case.refresh_from_db()
    assert case.resolved_at is not None
    assert state() == State.FULFILLED


def test_a_withdrawal_takes_the_record_down(world: World) -> None:
    issued = redeemed()
    settle()
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")

    settle()

    assert world.records == {}
    assert Provisioning.objects.get().got == "none"
    assert Entry.objects.filter(act_name="confirm_removal").count() == 1


def withdraw(issued: Issued) -> None:
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")


def test_a_withdrawal_during_the_call_ends_without_a_record(world: World) -> None:
    issued = redeemed()

    def withdrawn_meanwhile() -> None:
        world.after = nothing
        withdraw(issued)

    world.after = withdrawn_meanwhile
    settle()

    assert world.records == {}
    row = Provisioning.objects.get()
    assert (row.wanted, row.got) == ("none", "none")
    assert state() == State.REVOKED


def test_a_withdrawal_during_a_call_whose_answer_is_lost_ends_without_a_record(
    world: World,
) -> None:
    issued = redeemed()

    def withdrawn_and_lost() -> None:
        world.after = nothing
        withdraw(issued)
        broken()

    world.after = withdrawn_and_lost
    settle()

    assert world.records == {}
    assert Provisioning.objects.get().got == "none"


def given_to_bob(issued: Issued) -> None:
    unassign(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="wrong person")
    [code] = read_issued(issued.purchase).codes
    bob = make_assignee("bob@example.com")
    redeem(code=code, to=bob, by=customer(bob), at=now(), origin=ORIGIN)


def test_the_record_of_the_earlier_holder_goes_before_the_new_one_is_made(world: World) -> None:
    issued = redeemed()
    settle()
    given_to_bob(issued)

    settle()

    handle = issued.entitlement().handle
    assert world.calls == [f"make {handle}:2", f"remove {handle}:2", f"make {handle}:5"]
    assert [one.mail for one in world.records.values()] == ["bob@example.com"]
    assert state() == State.FULFILLED


def test_an_answer_about_the_earlier_holder_does_not_fulfil_the_new_one(world: World) -> None:
    issued = redeemed()

    def given_meanwhile() -> None:
        world.after = nothing
        given_to_bob(issued)

    world.after = given_meanwhile
    settle()

    assert [one.mail for one in world.records.values()] == ["bob@example.com"]
    assert Provisioning.objects.get().reference == f"record of {issued.entitlement().handle}:4"
    assert state() == State.FULFILLED


@pytest.mark.django_db(transaction=True)
def test_a_host_that_hangs_is_asked_again_and_its_late_answer_harms_nothing(world: World) -> None:
    issued = redeemed()
    hanging, may_answer, at = threading.Event(), threading.Event(), now()

    def hangs() -> None:
        world.before = nothing
        hanging.set()
        may_answer.wait(IN_TIME)

    world.before = hangs
    first = threading.Thread(target=in_thread, args=(issued.id, at))
    first.start()
    assert hanging.wait(IN_TIME)
    assert provision(issued.id, at=at) is False
    assert Provisioning.objects.get().last_error == "It has not answered yet."

    assert provision(issued.id, at=at + LEASE)
    assert state() == State.FULFILLED
    withdraw(issued)
    settle(at=at + LEASE)
    may_answer.set()
    first.join(IN_TIME)

    settle(at=at + 2 * LEASE)
    assert world.records == {}
    assert Provisioning.objects.get().got == "none"
    assert Entry.objects.filter(act_name="confirm_fulfilment").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_host_that_hangs_is_cut_and_asked_again_for_the_same_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued, at, may_answer = redeemed(), now(), threading.Event()
    world.before = lambda: bool(may_answer.wait(IN_TIME)) and None

    with monkeypatch.context() as soon:
        soon.setattr(downstream, "CUT_AFTER", timedelta(seconds=0.05))
        soon.setattr(calling, "CUT_AFTER", timedelta(seconds=0.05))
        assert provision(issued.id, at=at)
    row = Provisioning.objects.get()
    assert (row.got, row.last_error) == ("maybe", "It did not answer in time.")
    assert row.next_attempt_at == at + timedelta(seconds=15.05)
    assert DownstreamHealth.objects.get().failures == 1

    may_answer.set()
    wait_for_calls()
    assert (len(world.records), state()) == (1, State.ASSIGNED)  # a late answer is none
    settle(at=at + timedelta(seconds=16))

    assert state() == State.FULFILLED
    assert [one.key for one in world.records.values()] == [f"{issued.entitlement().handle}:2"]
    assert Entry.objects.filter(act_name="confirm_fulfilment").count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_not_asked_for_want_of_room_has_not_failed(world: World) -> None:
    issued, go_on = redeemed(), threading.Event()
    for _ in range(asking.MOST_WAITED_FOR):
        with pytest.raises(TimeoutError):
            asking.in_time("PROVISIONER", lambda: go_on.wait(IN_TIME), seconds=0.01)

    assert provision(issued.id, at=now())
    go_on.set()
    wait_for_calls()

    row = Provisioning.objects.get()
    assert row.last_error == "It was not asked: too many calls wait for an answer."
    assert not DownstreamHealth.objects.exists()
    assert world.calls == []


def in_thread(entitlement_id: UUID, at: datetime) -> None:
    try:
        provision(entitlement_id, at=at)
    finally:
        connections.close_all()
