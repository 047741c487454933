"""How far has somebody come between claiming and using?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from counterfoil.errors import NotAssigned, NotFound
from counterfoil.models import (
    Account,
    Assignment,
    ConsentText,
    Entitlement,
    OnboardingStep,
    SignIn,
    StepStatus,
    Subject,
)
from counterfoil.rules.onboarding import (
    Placed,
    Step,
    StepKind,
    StepStanding,
    next_of,
    placed,
    steps_of,
)

MOST_SUBJECTS = 50  # offered to choose from; the newest


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """The steps of one assignment, each with where it stands."""

    steps: tuple[Placed, ...]

    @property
    def left(self) -> int:
        """Count the steps without which nothing is set up."""
        return sum(one.is_left for one in self.steps)

    @property
    def next(self) -> Placed | None:
        """Give the step to go on with, if anything is left."""
        return next_of(self.steps)

    @property
    def only_subject(self) -> bool:
        """Tell whether nothing but whom it is for was ever asked."""
        return [one.step.kind for one in self.steps] == [StepKind.SUBJECT]

    @property
    def declined(self) -> Placed | None:
        """Give the consent that was declined and keeps everything from being set up."""
        told = (one for one in self.steps if one.standing is StepStanding.DECLINED and one.is_left)
        return next(told, None)

    def at(self, key: str) -> Placed | None:
        """Find a step by its name."""
        return next((one for one in self.steps if one.step.key == key), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStep:
    """What to ask a holder next, and how many steps are left with it."""

    step: Step
    left: int


def progress_of(assignments: Sequence[Assignment]) -> Mapping[UUID, Progress]:
    """
    Tell how far each has come, with one question for all.

    They come with entitlement and terms. An ended assignment has no steps any more. Whoever looks
    at what they hold has signed in with a proven address.
    """
    answered = OnboardingStep.objects.standing(one.pk for one in assignments)
    return {one.pk: _progress(one, answered.get(one.pk, {})) for one in assignments}


def next_step_of(assignment: Assignment) -> NextStep | None:
    """Give the step its holder has to go on with, or nothing if all is there."""
    progress = progress_of([assignment])[assignment.pk]
    found = progress.next
    return None if found is None else NextStep(step=found.step, left=progress.left)


def full_progress(assignment: Assignment) -> Progress:
    """Tell how far one has come, whoever asks: its holder may never have signed in."""
    answered = OnboardingStep.objects.standing([assignment.pk]).get(assignment.pk, {})
    return _progress(assignment, answered, address_proven=is_proven(assignment.account))


def held_now(entitlement_id: UUID) -> Assignment:
    """
    Give whoever has an entitlement now, with all that is told about it.

    :raises NotFound: if there is no such entitlement.
    :raises NotAssigned: if nobody has it.
    """
    told = Assignment.objects.select_related(
        "account__person", "entitlement__product", "entitlement__terms", "subject"
    )
    held = told.filter(entitlement=entitlement_id, ended_at=None).first()
    if held is not None:
        return held
    if Entitlement.objects.filter(pk=entitlement_id).exists():
        raise NotAssigned
    raise NotFound("There is no such entitlement.")


def answered_step(assignment: Assignment, key: str) -> OnboardingStep | None:
    """Find what was answered to a step, with the text it was agreed to."""
    return assignment.steps.select_related("text").filter(key=key).first()


def answered_steps(assignments: Iterable[UUID]) -> list[OnboardingStep]:
    """Find what was answered, the oldest first."""
    found = OnboardingStep.objects.filter(assignment__in=list(assignments))
    return list(found.select_related("text").order_by("at", "pk"))


def text_for(step: Step, language: str) -> ConsentText | None:
    """Find the text to be agreed to, in the reader's language or the nearest there is."""
    return ConsentText.objects.shown(step.document, language)


def titles_of(steps: Iterable[Placed], language: str) -> Mapping[str, str]:
    """Give the titles of the texts that steps ask to agree to, by the key of the step."""
    consents = [one.step for one in steps if one.step.kind is StepKind.CONSENT]
    found = {step.key: text_for(step, language) for step in consents}
    return {key: text.title for key, text in found.items() if text is not None}


def subjects_of(account: Account, kind: str) -> list[Subject]:
    """List the subjects of this kind an account has, the newest first."""
    mine = Subject.objects.filter(account=account, kind=kind)
    return list(mine.exclude(data={}, external_reference="").order_by("-pk")[:MOST_SUBJECTS])


def is_proven(account: Account) -> bool:
    """Tell whether whoever has this account once proved that they read its address."""
    return SignIn.objects.filter(
        person__isnull=False, person=account.person_id, used_at__isnull=False
    ).exists()


def _progress(
    assignment: Assignment, answered: Mapping[str, str], *, address_proven: bool = True
) -> Progress:
    if assignment.ended_at is not None:
        return Progress(steps=())
    terms = assignment.entitlement.terms.terms
    return Progress(
        steps=placed(
            steps_of(terms.onboarding, needs_subject=terms.needs_subject),
            done={key for key, status in answered.items() if status == StepStatus.DONE},
            declined={key for key, status in answered.items() if status == StepStatus.DECLINED},
            subject_known=assignment.subject_id is not None,
            address_proven=address_proven,
        )
    )
