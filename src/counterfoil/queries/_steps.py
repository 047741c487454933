"""Steps between claiming and using, as a trace tells them: what was done when, and no answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from counterfoil.models import Assignment, Entitlement, OnboardingStep, StepStatus
from counterfoil.rules.onboarding import Placed, StepKind, StepStanding, placed, steps_of


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedStep:
    """One step; ``text`` is the version and language of what was agreed to, or declined."""

    key: str
    kind: str
    standing: str
    required: bool
    at: datetime | None
    text: str


def traced_steps(
    unit: Entitlement, held: Assignment | None, answered: Iterable[OnboardingStep]
) -> tuple[TracedStep, ...]:
    """Tell where the steps of whoever has it stand; nothing where nothing is asked."""
    terms = unit.terms.terms
    if held is None or not terms.onboarding:
        return ()
    rows = {one.key: one for one in answered if one.assignment_id == held.pk}
    steps = placed(
        steps_of(terms.onboarding, needs_subject=terms.needs_subject),
        done={key for key, one in rows.items() if one.status == StepStatus.DONE},
        declined={key for key, one in rows.items() if one.status == StepStatus.DECLINED},
        subject_known=held.subject_id is not None,
    )
    return tuple(_told(one, rows.get(one.step.key)) for one in steps)


def steps_left(steps: Iterable[TracedStep]) -> int:
    """Count the steps without which nothing is set up, besides naming the subject."""
    return sum(
        one.required and one.standing != StepStanding.DONE and one.kind != StepKind.SUBJECT
        for one in steps
    )


def _told(one: Placed, row: OnboardingStep | None) -> TracedStep:
    text = row.text if row is not None else None
    return TracedStep(
        key=one.step.key,
        kind=one.step.kind.value,
        standing=one.standing.value,
        required=one.step.required,
        at=row.at if row is not None else None,
        text=f"{text.document} {text.version} ({text.language})" if text else "",
    )
