"""Steps between claiming and using: in which order, by whom, and what follows from the last."""

from typing import Any
from uuid import uuid4

import pytest

from counterfoil.errors import (
    AgreementMissing,
    AnswersInvalid,
    ConsentInvalid,
    ConsentTextChanged,
    ConsentTextMissing,
    EntitlementOnHold,
    NotAssigned,
    NotFound,
    StepAlreadyDone,
    StepNotYet,
    StepUnknown,
)
from counterfoil.models import Assignment, ConsentText, Entry, OnboardingStep, Provisioning
from counterfoil.operations._onboarding import forget_answers
from counterfoil.operations.complete_step import complete_step
from counterfoil.operations.decline_step import decline_step
from counterfoil.operations.publish_consent import publish_consent
from counterfoil.operations.redeem import redeem
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.unassign import unassign
from counterfoil.rules.onboarding import Step, StepKind
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.rules.proofs import AgreedBy, AgreedHow, Agreement
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import OPERATOR, ORIGIN, customer, make_assignee, now
from tests.onboarding import (
    ADDRESS,
    CONSENT,
    FULL,
    HOME,
    KINDS,
    agree,
    claim,
    name_it,
    publish,
    send_to,
)
from tests.records import refused, unchanged
from tests.scenes import confirm, history, suspend, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _declared(settings: Any) -> None:
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS


def wanted() -> list[str]:
    """Give what is wanted downstream."""
    return list(Provisioning.objects.values_list("wanted", flat=True))


def decline(assignment: Assignment, text: ConsentText, key: str = "consent") -> OnboardingStep:
    by = customer(Assignee(account_id=assignment.account_id))
    return decline_step(assignment_id=assignment.pk, key=key, text_id=text.pk, by=by, at=now())


@pytest.mark.parametrize("last", ["address", "subject"])
def test_the_record_is_wanted_once_everything_is_there_whatever_comes_last(last: str) -> None:
    [english, _] = publish()
    issued, _, held = claim()
    steps = {"address": lambda: send_to(held), "subject": lambda: name_it(held)}
    agree(held, english)
    [first] = set(steps) - {last}

    steps[first]()
    assert wanted() == []
    steps[last]()

    assert wanted() == ["active"]
    assert Provisioning.objects.get().version == issued.entitlement().version
    acts = {"address": "complete_step", "subject": "complete_subject"}
    assert history(issued.id) == ["issue", "redeem", "complete_step", acts[first], acts[last]]


def test_it_is_not_wanted_while_a_consent_is_missing_though_staff_said_the_rest() -> None:
    [english, _] = publish()
    _, _, held = claim()
    agreed = Agreement(by=AgreedBy.GUARDIAN, how=AgreedHow.PHONE)
    given = {"assignment_id": held.pk, "key": "consent", "text_id": english.pk}

    with refused(AgreementMissing):
        complete_step(**given, by=OPERATOR, at=now(), reason="customer_asked")
    complete_step(**given, by=OPERATOR, at=now(), reason="customer_asked", agreement=agreed)
    entry = Entry.objects.latest("recorded_at")
    assert (entry.reason, entry.data) == (
        "customer_asked",
        {
            "step": "consent",
            "text": "1 (en)",
            "agreed_by": "guardian",
            "agreed_how": "phone",
        },
    )
    send_to(held)
    assert wanted() == []
    name_it(held)
    assert wanted() == ["active"]


def test_keeps_which_text_was_agreed_to_and_no_answer_in_the_ledger() -> None:
    [english, german] = publish()
    issued, _, held = claim()

    agree(held, german)
    row = send_to(held)

    assert held.steps.get(key="consent").text == german
    assert OnboardingStep.objects.get(pk=row.pk).answers() == HOME
    told = Entry.objects.filter(entitlement=issued.id, act_name="complete_step").order_by("seq")
    assert [one.data for one in told] == [
        {"step": "consent", "text": "1 (de)"},
        {"step": "address"},
    ]
    assert b"Alvarez" not in bytes(row.answers_sealed or b"")
    assert english.version == 1


def test_nobody_is_asked_before_they_agreed() -> None:
    [english, _] = publish()
    _, _, held = claim()

    with refused(StepNotYet):
        send_to(held)
    with refused(StepNotYet):
        name_it(held)

    agree(held, english)
    send_to(held)


def test_whoever_reads_an_old_text_has_to_read_the_new_one() -> None:
    [english, _] = publish()
    _, _, held = claim()
    [newer, _] = publish("We also keep it.")

    with refused(ConsentTextChanged):
        agree(held, english)
    with refused(ConsentTextChanged):
        agree(held, uuid4())
    with refused(ConsentTextChanged):
        agree(held, None)

    assert agree(held, newer).text == newer
    publish("And sell it.")
    with unchanged():
        assert agree(held, newer).text == newer  # agreed is agreed


def test_without_a_text_there_is_nothing_to_agree_to() -> None:
    _, _, held = claim()

    with refused(ConsentTextMissing):
        agree(held, None)


def test_declined_it_stays_theirs_and_nothing_is_set_up_until_they_agree() -> None:
    [english, _] = publish()
    issued, ana, held = claim()

    assert decline(held, english).status == "declined"
    with unchanged():
        decline(held, english)
    with refused(StepNotYet):
        send_to(held)
    assert wanted() == []
    assert Assignment.objects.get(ended_at=None).account_id == ana.account_id

    agree(held, english)
    send_to(held)
    name_it(held)

    assert wanted() == ["active"]
    assert history(issued.id)[2:4] == ["decline_step", "complete_step"]
    with refused(StepAlreadyDone):
        decline(held, english)


def test_only_a_consent_can_be_declined() -> None:
    [english, _] = publish()
    _, _, held = claim()
    agree(held, english)

    with refused(StepUnknown):
        decline(held, english, key="address")


def test_the_same_again_changes_nothing_and_another_answer_replaces_it_until_it_is_set_up() -> None:
    [english, _] = publish()
    _, _, held = claim()
    agree(held, english)
    send_to(held)

    with unchanged():
        agree(held, english)
        send_to(held)
    row = send_to(held, city="Sevilla")
    assert row.answers()["city"] == "Sevilla"
    assert OnboardingStep.objects.filter(key="address").count() == 1

    name_it(held)
    with unchanged():
        send_to(held, city="Sevilla")
    with refused(StepAlreadyDone):
        send_to(held, city="Toledo")


def test_what_is_asked_if_one_likes_changes_nothing_downstream() -> None:
    [english, _] = publish()
    issued, ana, held = claim()
    agree(held, english)
    send_to(held)
    name_it(held)
    confirm(issued.id)
    before = Provisioning.objects.values().get()

    complete_step(
        assignment_id=held.pk,
        key="questions",
        answers={"heard": "A friend"},
        by=customer(ana),
        at=now(),
    )

    assert Provisioning.objects.values().get() == before
    assert issued.entitlement().state == "fulfilled"


@pytest.mark.parametrize(
    ("answers", "fields"),
    [({}, {"name", "line1", "city", "country"}), (HOME | {"city": "x" * 81}, {"city"})],
)
def test_refuses_answers_by_their_field(answers: dict[str, str], fields: set[str]) -> None:
    [english, _] = publish()
    _, ana, held = claim()
    agree(held, english)

    with pytest.raises(AnswersInvalid) as refusal, unchanged():
        complete_step(
            assignment_id=held.pk, key="address", answers=answers, by=customer(ana), at=now()
        )
    assert {one.at for one in refusal.value.faults} == fields


@pytest.mark.parametrize("key", ["nothing", "subject", "sign_in"])
def test_refuses_a_step_that_is_none(key: str) -> None:
    sign_in = Step(key="sign_in", kind=StepKind.SIGN_IN)
    _, ana, held = claim(Terms(subject_kind="dog", onboarding=(sign_in, ADDRESS)))

    with refused(StepUnknown):
        complete_step(assignment_id=held.pk, key=key, by=customer(ana), at=now())


def test_refuses_whoever_does_not_have_it() -> None:
    [english, _] = publish()
    issued, ana, held = claim()
    bob = make_assignee("bob@example.com")
    given = {"assignment_id": held.pk, "key": "consent", "text_id": english.pk, "at": now()}

    with refused(NotFound):
        complete_step(**given, by=customer(bob))
    with refused(NotFound):
        complete_step(**(given | {"assignment_id": uuid4()}), by=customer(ana))
    with refused(NotFound):
        decline_step(**given, by=customer(bob))

    unassign(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="mistake")
    with refused(NotAssigned):
        complete_step(**given, by=customer(ana))


def test_refuses_what_is_on_hold() -> None:
    [english, _] = publish()
    issued, _, held = claim()
    suspend(issued.id)

    with refused(EntitlementOnHold):
        agree(held, english)
    with refused(EntitlementOnHold):
        decline(held, english)


def test_reinstated_to_the_same_holder_nothing_is_asked_again() -> None:
    [english, _] = publish()
    issued, _, held = claim()
    agree(held, english)
    send_to(held)
    name_it(held)
    withdraw(issued.id)

    reinstate(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="mistake")

    again = Assignment.objects.get(ended_at=None)
    assert again.pk != held.pk
    assert {one.key: one.answers() for one in again.steps.all()} == {"consent": {}, "address": HOME}
    assert wanted() == ["active"]
    assert held.steps.count() == 2  # history


def test_reinstated_half_way_it_goes_on_where_it_was() -> None:
    [english, _] = publish()
    issued, _, held = claim()
    agree(held, english)
    name_it(held)
    withdraw(issued.id)

    reinstate(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="mistake")

    again = Assignment.objects.get(ended_at=None)
    assert wanted() == []
    send_to(again)
    assert wanted() == ["active"]


def test_whoever_has_it_next_is_asked_anew() -> None:
    [english, _] = publish()
    issued, ana, held = claim()
    agree(held, english)
    send_to(held)
    name_it(held)
    unassign(entitlement_id=issued.id, by=customer(ana), at=now())
    bob = make_assignee("bob@example.com")
    from_card = issued.entitlement().codes.get(state="live").opened()

    redeem(code=from_card, to=bob, by=customer(bob), at=now(), origin=ORIGIN)

    again = Assignment.objects.get(ended_at=None)
    assert again.steps.count() == 0
    assert wanted() == ["none"]
    agree(again, english)
    send_to(again)
    name_it(again, answers={"name": "Miso"})
    assert wanted() == ["active"]


def test_answers_are_forgotten_and_what_was_agreed_stays() -> None:
    [english, _] = publish()
    _, ana, held = claim()
    agree(held, english)
    send_to(held)
    subject = name_it(held)
    _, _, others = claim(by=make_assignee("bob@example.com"), terms=FULL)
    agree(others, english)
    kept = send_to(others)

    assert forget_answers([ana.account_id]) == 2

    assert [one.answers() for one in held.steps.order_by("key")] == [{}, {}]
    assert held.steps.get(key="consent").text == english
    subject.refresh_from_db()
    assert subject.data == {}
    assert OnboardingStep.objects.get(pk=kept.pk).answers() == HOME
    assert forget_answers([ana.account_id]) == 0


def test_publishing_the_same_makes_no_new_version() -> None:
    publish()
    with unchanged():
        publish()
    publish("Another.")
    assert list(ConsentText.objects.values_list("version", flat=True).order_by("version")) == [
        1,
        1,
        2,
        2,
    ]


def test_refuses_to_publish_nothing() -> None:
    for texts in ({}, {"en": ("", "Body")}, {"en": ("Title", " ")}):
        with refused(ConsentInvalid):
            publish_consent(document="dna", texts=texts, by=SYSTEM, at=now())


def test_a_product_that_asks_only_for_consent_needs_no_subject() -> None:
    [english, _] = publish()
    _, _, held = claim(Terms(onboarding=(CONSENT,)))
    assert wanted() == []

    agree(held, english)

    assert wanted() == ["active"]
