"""Steps between claiming and using: reading where they stand, keeping and dropping answers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from counterfoil.errors import (
    ConsentTextChanged,
    ConsentTextMissing,
    EntitlementOnHold,
    NotAssigned,
    NotFound,
    StepNotYet,
    StepUnknown,
)
from counterfoil.models import (
    Assignment,
    ConsentText,
    Entitlement,
    OnboardingStep,
    StepStatus,
    Subject,
)
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import PROVISION
from counterfoil.operations._loading import read
from counterfoil.operations._subjects import may_speak_for
from counterfoil.rules import onboarding
from counterfoil.rules.onboarding import IMPLIED, Placed, Step, StepStanding
from counterfoil.rules.people import Actor
from counterfoil.rules.terms import Terms


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """An open assignment whose entitlement is locked, and where its steps stand."""

    entitlement: Entitlement
    assignment: Assignment
    terms: Terms
    answered: Mapping[str, OnboardingStep]

    @property
    def done(self) -> set[str]:
        """Name the steps that are done."""
        return {key for key, one in self.answered.items() if one.status == StepStatus.DONE}

    @property
    def is_set_up(self) -> bool:
        """Tell whether everything was there already, so that the host may have been asked."""
        named = self.assignment.subject_id is not None or not self.terms.needs_subject
        return named and onboarding.is_onboarded(self.terms.onboarding, self.done)

    def open_step(self, key: str) -> Step:
        """
        Give a step that can be answered, or was.

        :raises StepUnknown: if there is none of this name that is answered by itself.
        :raises StepNotYet: if something has to be agreed to first.
        """
        found = next((one for one in self._placed() if one.step.key == key), None)
        if found is None or found.step.kind in IMPLIED:
            raise StepUnknown
        if found.standing is StepStanding.WAITING:
            raise StepNotYet
        return found.step

    def _placed(self) -> tuple[Placed, ...]:
        steps = onboarding.steps_of(self.terms.onboarding, needs_subject=self.terms.needs_subject)
        return onboarding.placed(steps, done=self.done, declined=(), subject_known=True)


def hold(assignment_id: UUID, by: Actor) -> Held:
    """
    Lock what an open assignment is about, and read where its steps stand.

    :raises NotFound: if there is no such assignment, or it is another customer's.
    :raises NotAssigned: if it has ended.
    :raises EntitlementOnHold: if somebody has suspended the entitlement.
    """
    seen = Assignment.objects.filter(pk=assignment_id).first()
    if seen is None or not may_speak_for(by, seen):
        raise NotFound("There is no such assignment.")
    entitlement = read(seen.entitlement_id)
    assignment = Assignment.objects.filter(pk=assignment_id, ended_at=None).first()
    if assignment is None:
        raise NotAssigned
    if entitlement.held_count:
        raise EntitlementOnHold
    return Held(
        entitlement=entitlement,
        assignment=assignment,
        terms=entitlement.terms.terms,
        answered={one.key: one for one in assignment.steps.select_related("text")},
    )


def text_shown(step: Step, text_id: UUID | None) -> ConsentText:
    """
    Give the text somebody has before them, if it is the newest.

    :raises ConsentTextMissing: if there is none at all.
    :raises ConsentTextChanged: if it is not the newest any more, or was never one of these.
    """
    newest = {one.pk: one for one in ConsentText.objects.newest(step.document)}
    if not newest:
        raise ConsentTextMissing
    if text_id not in newest:
        raise ConsentTextChanged
    return newest[text_id]


def keep(
    held: Held,
    step: Step,
    status: StepStatus,
    *,
    change: _ledger.Change,
    answers: Mapping[str, Any] | None = None,
    text: ConsentText | None = None,
) -> OnboardingStep:
    """Keep what became of a step, with its entry, and ask for the record if it was the last."""
    row = held.answered.get(step.key) or OnboardingStep(
        id=uuid7(), assignment=held.assignment, key=step.key, kind=step.kind.value
    )
    row.status, row.text, row.at = status, text, change.at
    if answers is not None:
        row.seal_answers(dict(answers))
    done = (held.done - {step.key}) | ({step.key} if status == StepStatus.DONE else set())
    before = onboarding.is_onboarded(held.terms.onboarding, held.done)
    now = onboarding.is_onboarded(held.terms.onboarding, done)
    told = {"step": step.key} | ({"text": f"{text.version} ({text.language})"} if text else {})
    _ledger.record_one(
        replace(change, data={**change.data, **told}),
        entitlement=held.entitlement,
        parameters={
            "subject": held.assignment.subject_id,
            "terms": held.entitlement.terms_id,
            "onboarded": now,
        },
        keeps="%(terms)s::uuid AS terms_id",
        also=(PROVISION,) if now and not before else (),
    )
    row.save()
    return row


def is_onboarded(assignment: Assignment, terms: Terms) -> bool:
    """Tell whether every required step besides naming the subject is done."""
    found = OnboardingStep.objects.standing([assignment.pk]).get(assignment.pk, {})
    done = {key for key, status in found.items() if status == StepStatus.DONE}
    return onboarding.is_onboarded(terms.onboarding, done)


def carry_steps(*, before: Assignment, after_id: UUID) -> None:
    """
    Let an assignment that goes on for the same holder have the answers of the one before.

    The old rows stay as history. Answers are sealed to their row, so they are sealed anew.
    """
    for old in before.steps.order_by("pk"):
        answers = old.answers()
        row = OnboardingStep(
            id=uuid7(),
            assignment_id=after_id,
            key=old.key,
            kind=old.kind,
            status=old.status,
            text_id=old.text_id,
            at=old.at,
        )
        if answers:
            row.seal_answers(answers)
        row.save()
    Assignment.objects.filter(pk=after_id).update(relation=before.relation)


def forget_answers(account_ids: Iterable[UUID]) -> int:
    """
    Drop what these accounts answered, for good, and what they said of their subjects.

    That a step was done, when, and which text was agreed to stays: it is the account's, and the
    account is a pseudonym by then. Gives how many rows lost something.
    """
    accounts = list(account_ids)
    steps: QuerySet[OnboardingStep] = OnboardingStep.objects.filter(
        assignment__account__in=accounts, answers_sealed__isnull=False
    )
    dropped = steps.update(answers_sealed=None, key_id=None)
    subjects = Subject.objects.filter(account__in=accounts).exclude(data={})
    return dropped + subjects.update(data={})


def same(answers: Mapping[str, Any], row: OnboardingStep) -> bool:
    """Tell whether a step was answered exactly so before."""
    return json.dumps(dict(answers), sort_keys=True) == json.dumps(row.answers(), sort_keys=True)
