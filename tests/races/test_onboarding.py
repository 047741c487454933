"""Two tabs, two phones, two people: steps and subjects at the same moment."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django import Settings

from counterfoil.errors import SubjectBusy, SubjectTaken
from counterfoil.models import (
    Assignment,
    ConsentText,
    Entitlement,
    OnboardingStep,
    Provisioning,
    StepStatus,
    Subject,
)
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import PROVISION
from counterfoil.operations.complete_step import complete_step
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.redeem import redeem
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import ORIGIN, customer, issue_many, make_assignee, now
from tests.onboarding import ADDRESS, FULL, HOME, KINDS, publish
from tests.races.arena import SOME, fight, hesitate
from tests.scenes import history

pytestmark = pytest.mark.django_db(transaction=True)
PAUSE = 0.03
Answer = Callable[[UUID, Assignee], object]


@pytest.fixture(autouse=True)
def _declared(settings: Settings) -> None:
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS


def claimed(terms: Terms, by: Assignee, count: int = SOME) -> list[Assignment]:
    """Sell so many under these terms, and let somebody claim them all."""
    issued = issue_many(count, terms=terms)
    for code in issued.codes:
        redeem(code=code, to=by, by=customer(by), at=now(), origin=ORIGIN)
    return list(Assignment.objects.filter(entitlement__in=issued.entitlement_ids))


def proper_address(assignment_id: UUID, ana: Assignee) -> object:
    return complete_step(
        assignment_id=assignment_id, key="address", answers=HOME, by=customer(ana), at=now()
    )


def careless_address(assignment_id: UUID, ana: Assignee) -> object:
    """See what is missing before the row is locked, and go by that."""
    seen = Assignment.objects.select_related("entitlement").get(pk=assignment_id)
    hesitate(PAUSE)
    with transaction.atomic():
        entitlement = Entitlement.objects.select_for_update().get(pk=seen.entitlement_id)
        OnboardingStep.objects.create(
            assignment_id=assignment_id,
            key="address",
            kind=ADDRESS.kind,
            status=StepStatus.DONE,
            at=now(),
        )
        return _ledger.record_one(
            _ledger.Change(act=Act.COMPLETE_STEP, by=customer(ana), at=now()),
            entitlement=entitlement,
            parameters={
                "subject": seen.subject_id,
                "terms": entitlement.terms_id,
                "onboarded": True,
            },
            keeps="%(terms)s::uuid AS terms_id",
            also=(PROVISION,),
        )


def name_it(entitlement_id: UUID, ana: Assignee, name: str) -> object:
    return complete_subject(
        entitlement_id=entitlement_id, answers={"name": name}, by=customer(ana), at=now()
    )


def two_tabs(address: Answer) -> None:
    """Finish the last two steps at once."""
    [english, _] = publish()
    ana = make_assignee()
    held = claimed(FULL, ana)
    for one in held:
        _agree(one, english, ana)

    def judge(number: int, outcomes: list[object]) -> None:
        assert [one for one in outcomes if isinstance(one, Exception)] == []
        one = held[number].entitlement_id
        wanted = Provisioning.objects.filter(pk=one).first()
        assert wanted is not None, "both saw something missing"
        assert wanted.wanted == "active"
        assert wanted.version == Entitlement.objects.get(pk=one).version
        assert sorted(history(one)[3:]) == ["complete_step", "complete_subject"]

    rounds = [
        [partial(address, one.pk, ana), partial(name_it, one.entitlement_id, ana, f"Rex {number}")]
        for number, one in enumerate(held)
    ]
    fight(rounds, judge)


def _agree(one: Assignment, text: ConsentText, ana: Assignee) -> None:
    complete_step(assignment_id=one.pk, key="consent", text_id=text.pk, by=customer(ana), at=now())


def test_of_the_last_two_steps_the_later_asks_for_the_record() -> None:
    two_tabs(proper_address)


def test_two_tabs_catch_what_is_careless() -> None:
    with pytest.raises(AssertionError):
        two_tabs(careless_address)


def test_the_same_step_sent_twice_at_once_is_done_once() -> None:
    ana = make_assignee()
    held = claimed(Terms(onboarding=(ADDRESS,)), ana)

    def judge(number: int, outcomes: list[object]) -> None:
        assert [one for one in outcomes if isinstance(one, Exception)] == []
        assert history(held[number].entitlement_id) == ["issue", "redeem", "complete_step"]
        assert held[number].steps.count() == 1

    fight([[partial(proper_address, one.pk, ana)] * 2 for one in held], judge)


def test_of_two_who_say_the_same_chip_at_once_one_is_told() -> None:
    ana, bob = make_assignee(), make_assignee("bob@example.com")
    terms = Terms(subject_kind="dog")
    hers, his = claimed(terms, ana), claimed(terms, bob)

    def register(one: Assignment, by: Assignee, chip: str) -> object:
        return complete_subject(
            entitlement_id=one.entitlement_id,
            answers={"name": "Rex", "chip": chip},
            by=customer(by),
            at=now(),
        )

    def judge(number: int, outcomes: list[object]) -> None:
        assert sorted(isinstance(one, SubjectTaken) for one in outcomes) == [False, True]
        assert Subject.objects.filter(data__chip=f"{number:015}").count() == 1

    fight(
        [
            [partial(register, a, ana, f"{n:015}"), partial(register, b, bob, f"{n:015}")]
            for n, (a, b) in enumerate(zip(hers, his, strict=True))
        ],
        judge,
    )


def test_of_two_things_for_one_pet_at_once_one_has_it() -> None:
    ana = make_assignee()
    held = claimed(Terms(subject_kind="pet"), ana, 2 * SOME)
    pets = [
        Subject.objects.create(
            account_id=ana.account_id,
            kind="pet",
            data={"name": "P"},
            is_sole=True,
            created_at=now(),
        )
        for _ in range(SOME)
    ]

    def choose(one: Assignment, pet: Subject) -> object:
        return complete_subject(
            entitlement_id=one.entitlement_id, subject_id=pet.pk, by=customer(ana), at=now()
        )

    def judge(number: int, outcomes: list[object]) -> None:
        assert sorted(isinstance(one, SubjectBusy) for one in outcomes) == [False, True]
        assert Assignment.objects.filter(subject=pets[number], ended_at=None).count() == 1

    fight(
        [
            [partial(choose, held[2 * n], pet), partial(choose, held[2 * n + 1], pet)]
            for n, pet in enumerate(pets)
        ],
        judge,
    )
