"""The host's policy: what it says is done, and its silence changes nothing but what staff see."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from counterfoil.errors import AdapterFailed, CodeAlreadyUsed, RedemptionRefused
from counterfoil.hosting import asking
from counterfoil.intake.converging import bring_to
from counterfoil.intake.presenting import present
from counterfoil.models import Account, Attempt, ExceptionCase
from counterfoil.operations.take_case import take_case
from counterfoil.rules.policies import (
    ALLOW,
    RedeemRequest,
    RefundAnswer,
    RefundRequest,
    Verdict,
    refuse,
)
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_assignee,
    now,
)
from tests.converged import UNIT, live, make_shop, of, refund_of, use_one
from tests.effects.hosts import wait_for_calls
from tests.pages.visits import enter, sign_in, text
from tests.records import refused, unchanged

pytestmark = pytest.mark.django_db
FAILING = "adapter_failing"
asked: list[Any] = []
let_go = threading.Event()


class Says:
    """Says what a test wants it to."""

    redeem: Any = ALLOW
    refund: Any = RefundAnswer.ASK

    def may_redeem(self, request: RedeemRequest) -> Verdict:
        asked.append(request)
        return self._said(self.redeem)  # type: ignore[no-any-return]

    def on_refund(self, request: RefundRequest) -> RefundAnswer:
        asked.append(request)
        return self._said(self.refund)  # type: ignore[no-any-return]

    def _said(self, answer: Any) -> Any:
        return answer() if callable(answer) else answer


def raises() -> Any:
    raise ValueError("ana@example.com is not known")


def hangs() -> Any:
    let_go.wait(120)
    return ALLOW


@pytest.fixture(autouse=True)
def policy(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.COUNTERFOIL_POLICY = f"{__name__}.Says"
    settings.COUNTERFOIL_ADAPTER_SECONDS = 60
    asked.clear()
    let_go.clear()

    def say(**given: Any) -> None:
        for name, answer in given.items():
            is_done = answer in (raises, hangs)
            monkeypatch.setattr(Says, name, staticmethod(answer) if is_done else answer)

    yield say
    let_go.set()
    wait_for_calls()


def redeem(issued: Issued, mail: str = "ana@example.com") -> Any:
    to = make_assignee(mail)
    return present(code=issued.code, to=to, origin=ORIGIN, by=customer(to), at=now())


def test_it_is_asked_once_and_told_no_code() -> None:
    issued = issue_one()

    redeem(issued)
    redeem(issued)

    [request] = asked
    assert (request.product, request.mail) == ("DNA-STD", "ana@example.com")
    assert issued.code not in repr(request)
    assert issued.entitlement().state == "assigned"


def test_it_is_not_asked_what_is_refused_anyhow() -> None:
    issued = issue_one()
    redeem(issued)
    asked.clear()

    with pytest.raises(CodeAlreadyUsed):
        redeem(issued, "bob@example.com")

    assert asked == []


def test_a_refusal_is_told_in_its_words(client: Client, policy: Any) -> None:
    policy(redeem=refuse("Only members of the kennel club."))
    issued, ana = issue_one(), make_assignee()

    with pytest.raises(RedemptionRefused, match="kennel club"):
        redeem(issued)
    enter(client, issued.code)
    sign_in(client, Account.objects.get(pk=ana.account_id))
    answer = client.post(reverse("counterfoil:claim-confirm"))

    assert answer.status_code == 403
    assert "Only members of the kennel club." in text(answer)
    assert issued.entitlement().state == "issued"
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"redemption_refused"}


def test_a_typed_address_is_nobodys_account_until_it_is_given_something(
    client: Client, policy: Any
) -> None:
    policy(redeem=refuse("Only members of the kennel club."))
    issued, buyer = issue_one(), make_assignee("ann.buyer@example.com")
    sign_in(client, Account.objects.get(pk=buyer.account_id))
    give = reverse("counterfoil:give", args=[issued.entitlement().handle])

    with unchanged():
        answer = client.post(give, {"email": "eva@example.com"})

    assert answer.status_code == 403
    assert "Only members of the kennel club." in text(answer)
    assert [(one.account, one.mail) for one in asked] == [("", "eva@example.com")]
    policy(redeem=ALLOW)
    assert client.post(give, {"email": "eva@example.com"}).status_code == 302


@pytest.mark.parametrize(
    "answer",
    [raises, hangs, None, "yes", refuse("No\0"), refuse("\ud800")],
    ids=["raises", "hangs", "0", "yes", "zero", "half"],
)
def test_without_an_answer_nothing_is_redeemed(settings: Any, policy: Any, answer: Any) -> None:
    settings.COUNTERFOIL_ADAPTER_SECONDS = 0.05 if answer is hangs else 60
    policy(redeem=answer)
    issued, ana = issue_one(), make_assignee()

    with pytest.raises(AdapterFailed):
        present(code=issued.code, to=ana, origin=ORIGIN, by=customer(ana), at=now())
    with refused(AdapterFailed):  # the case is there by now
        present(code=issued.code, to=ana, origin=ORIGIN, by=customer(ana), at=now())

    case = ExceptionCase.objects.get(kind=FAILING, resolved_at=None)
    assert "ana@" not in str(case.evidence)
    let_go.set()
    settings.COUNTERFOIL_ADAPTER_SECONDS = 60
    policy(redeem=ALLOW)
    redeem(issued)
    case.refresh_from_db()
    assert case.resolved_at is not None


def test_who_hangs_takes_only_so_many_threads(settings: Any, policy: Any) -> None:
    settings.COUNTERFOIL_ADAPTER_SECONDS = 0.01
    policy(redeem=hangs)
    issued = issue_one()
    for _ in range(asking.MOST_WAITED_FOR + 3):
        with pytest.raises(AdapterFailed):
            redeem(issued)

    assert len(asked) <= asking.MOST_WAITED_FOR
    assert ExceptionCase.objects.get(kind=FAILING).evidence["error"] == "TooManyOpen"


def test_another_adapter_that_hangs_takes_none_of_its_places() -> None:
    for _ in range(asking.MOST_WAITED_FOR):
        with pytest.raises(TimeoutError):
            asking.in_time("SUBJECT_KINDS: dog", hangs, seconds=0.01)
    with pytest.raises(asking.TooManyOpen):
        asking.in_time("SUBJECT_KINDS: dog", hangs, seconds=0.01)

    assert redeem(issue_one()).handle
    assert not ExceptionCase.objects.filter(kind=FAILING).exists()


def test_a_thread_that_cannot_begin_takes_no_place() -> None:
    issued = issue_one()
    before = threading.stack_size(2**46)  # more than any machine has
    try:
        for _ in range(asking.MOST_WAITED_FOR + 1):
            with pytest.raises(AdapterFailed):
                redeem(issued)
    finally:
        threading.stack_size(before)

    assert ExceptionCase.objects.get(kind=FAILING).evidence["error"] == "RuntimeError"
    redeem(issued)
    assert issued.entitlement().state == "assigned"


def refund(answer: Any, policy: Any, *, taken: bool = False) -> ExceptionCase:
    """Have a used unit refunded, with somebody at its case by then or not."""
    policy(refund=RefundAnswer.ASK)
    shop = make_shop()
    done = bring_to(connection=shop, order=of(1))
    assert done.purchase is not None
    use_one(done.purchase)
    order = replace(of(1), refunds=(refund_of(("li_1", 1, UNIT)),))
    bring_to(connection=shop, order=order)
    case = ExceptionCase.objects.get(kind="refund_after_assignment")
    if taken:
        take_case(case_id=case.pk, by=OPERATOR, at=now())
    asked.clear()
    policy(refund=answer)
    with TestCase.captureOnCommitCallbacks(execute=True):
        bring_to(connection=shop, order=replace(order, as_of=now()))
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("answer", "left"), [(RefundAnswer.WITHDRAW, 0), (RefundAnswer.KEEP, 1)], ids=["gone", "kept"]
)
def test_what_a_refund_does_is_done(policy: Any, answer: Any, left: int) -> None:
    case = refund(answer, policy)

    [request] = asked
    assert (request.because, request.product) == ("refunded", "DNA-STD")
    assert case.resolved_by == "The site's policy"
    assert live() == left


@pytest.mark.parametrize(
    "answer", [raises, "keep them", RefundAnswer.ASK], ids=["raises", "words", "ask"]
)
def test_what_it_does_not_decide_is_a_persons(policy: Any, answer: Any) -> None:
    case = refund(answer, policy)

    assert len(asked) == 1
    assert case.resolved_at is None
    assert live() == 1


def test_a_case_that_somebody_has_taken_is_theirs(policy: Any) -> None:
    case = refund(RefundAnswer.WITHDRAW, policy, taken=True)

    assert asked == []
    assert case.resolved_at is None
