"""What playbooks find themselves, and what closes by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from counterfoil.errors import EntitlementExpired
from counterfoil.models import ApiKey, Attempt, ExceptionCase, Purchase
from counterfoil.operations.extend import extend
from counterfoil.operations.record_attempt import record_attempt
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.playbooks import catalogue
from counterfoil.playbooks.playbook import Found, Playbook
from counterfoil.playbooks.watching import watch
from counterfoil.rules.exceptions import CaseKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_many,
    issue_one,
    make_assignee,
    now,
)
from tests.playbooks.scenes import do, suggested

pytestmark = pytest.mark.django_db


def fail(issued: Issued, *, times: int = 5, account: UUID | None = None) -> None:
    """Let somebody present a code, and be refused, so many times."""
    origin = replace(ORIGIN, account_id=account)
    for _ in range(times):
        record_attempt(
            code=issued.codes[0],
            refusal=EntitlementExpired(),
            origin=origin,
            by=SYSTEM,
            at=now(),
        )


def the_case() -> ExceptionCase:
    watch(at=now())
    return ExceptionCase.objects.get()


def test_five_refusals_of_one_customer_are_a_case_and_four_are_none() -> None:
    issued, ana = issue_one(), make_assignee()
    fail(issued, times=4, account=ana.account_id)
    watch(at=now())
    assert not ExceptionCase.objects.exists()

    fail(issued, times=1, account=ana.account_id)
    case = the_case()

    assert (case.kind, case.key) == ("attempts_failing", f"account:{ana.account_id}")
    assert case.evidence["reasons"] == {"entitlement_expired": 5}
    assert case.entitlement_id == issued.id
    assert "ann" not in str(case.evidence)


def test_without_an_account_it_is_the_code_that_counts() -> None:
    issued, other = issue_one(), issue_one(reference="CF-2")
    fail(issued, times=3)
    fail(other, times=4)
    failing = ExceptionCase.objects.filter(kind="attempts_failing")
    watch(at=now())
    assert not failing.exists()

    fail(issued, times=2)
    watch(at=now())
    assert failing.get().key == f"entitlement:{issued.id}"


def test_what_a_machine_guesses_or_nobody_knows_is_not_a_customer() -> None:
    for _ in range(6):
        Attempt.objects.create(at=now(), surface="claim", outcome="code_not_found", counted=True)
    key = ApiKey.objects.create(name="Shop", prefix="shop", digest=b"", created_at=now())
    origin = replace(ORIGIN, api_key_id=key.pk)
    issued = issue_one()
    for _ in range(6):
        record_attempt(
            code=issued.codes[0], refusal=EntitlementExpired(), origin=origin, by=SYSTEM, at=now()
        )

    watch(at=now())

    assert not ExceptionCase.objects.exists()


def test_once_it_worked_the_case_closes_by_itself() -> None:
    issued, ana = issue_one(), make_assignee()
    fail(issued, account=ana.account_id)
    case = the_case()
    redeem(code=issued.codes[0], to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    watch(at=now())

    case.refresh_from_db()
    assert (case.outcome, case.resolved_by) == ("It worked in the end.", "Counterfoil")


def test_sends_the_valid_code_again_and_asks_no_more_until_they_fail_anew() -> None:
    issued = issue_one()
    fail(issued)
    case = the_case()

    assert do(case, "resend").is_settled
    watch(at=now())
    assert ExceptionCase.objects.filter(resolved_at=None).count() == 0
    fail(issued, times=1)
    watch(at=now())

    assert ExceptionCase.objects.filter(resolved_at=None).count() == 1


def test_gives_more_time_for_what_has_expired() -> None:
    issued = issue_one()
    extend(
        entitlement_id=issued.id,
        until=now() - timedelta(days=1),
        by=OPERATOR,
        at=now(),
        reason="mistake",
    )
    fail(issued)

    assert do(the_case(), "extend").is_settled

    until = issued.entitlement().expires_at
    assert until is not None
    assert until > now() + timedelta(days=29)


def twice(
    *, apart: timedelta = timedelta(minutes=3, seconds=30), second: int = 2
) -> list[Purchase]:
    first, last = issue_many(2, reference="CF-1"), issue_many(second, reference="CF-2")
    Purchase.objects.filter(pk=first.purchase.pk).update(created_at=now() - apart)
    return [first.purchase, last.purchase]


def test_the_same_bought_twice_within_minutes_is_suspected() -> None:
    _first, second = twice()

    case = the_case()

    assert (case.kind, case.purchase_id) == ("duplicate_purchase", second.pk)
    assert (case.evidence["first_order"], case.evidence["apart"]) == ("CF-1", "3 min")


@pytest.mark.parametrize(
    "bought",
    [{"apart": timedelta(minutes=31)}, {"second": 3}],
    ids=["an hour later", "another quantity"],
)
def test_what_is_not_the_same_is_not_suspected(bought: dict[str, object]) -> None:
    twice(**bought)  # type: ignore[arg-type]
    watch(at=now())
    assert not ExceptionCase.objects.exists()


def test_takes_the_second_back_and_only_that() -> None:
    first, second = twice()

    assert do(the_case(), "take_back_second").is_settled

    assert set(first.entitlements.values_list("state", flat=True)) == {"issued"}
    assert set(second.entitlements.values_list("state", flat=True)) == {"revoked"}


def test_suspends_the_second_and_lets_it_go_when_both_were_wanted() -> None:
    _first, second = twice()
    case = the_case()

    assert not do(case, "hold").is_settled
    assert set(second.entitlements.values_list("held_count", flat=True)) == {1}
    assert "hold" not in suggested(case)
    assert do(case, "both_wanted").is_settled

    assert set(second.entitlements.values_list("held_count", flat=True)) == {0}
    watch(at=now())
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()


def test_closes_when_one_of_two_was_taken_back_otherwise() -> None:
    first, _second = twice()
    case = the_case()
    gone = list(first.entitlements.values_list("pk", flat=True))
    revoke(entitlement_ids=gone, by=SYSTEM, at=now(), reason="refunded")

    watch(at=now())

    case.refresh_from_db()
    assert case.outcome == "One of the two was taken back."


@pytest.fixture
def broken() -> Iterator[None]:
    """Bring a playbook that cannot even look."""
    name = f"broken_{uuid4().hex[:8]}"

    def find(_now: object) -> list[Found]:
        raise ValueError

    kind = CaseKind(name=name, title="A", summary="", due=timedelta(hours=1))
    catalogue._read[name] = Playbook(
        kind=kind, arises="", facts=catalogue.plain_facts, suggests=catalogue.nothing, find=find
    )
    yield
    del catalogue._read[name]


def test_one_that_fails_to_look_holds_up_no_other(broken: None) -> None:
    twice()
    watch(at=now())
    assert ExceptionCase.objects.get().kind == "duplicate_purchase"
