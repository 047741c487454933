"""The steps between claiming and using, for a host that asks them in an interface of its own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.preconditions import acting_in_private, describes_tag, tags
from counterfoil.api.schemas import READ, WRITE, Problem, Strict
from counterfoil.api.security import CallerRequest, OwnKeyBearer
from counterfoil.models import Assignment, ConsentText, OnboardingStep
from counterfoil.models.ids import handle_of, id_of
from counterfoil.operations.complete_step import complete_step
from counterfoil.operations.decline_step import decline_step
from counterfoil.queries.onboarding import answered_steps, full_progress, held_now, text_for
from counterfoil.rules.onboarding import Placed, StepKind, StepStanding
from counterfoil.rules.scopes import Scope

router = Router(tags=["Onboarding"], auth=OwnKeyBearer(Scope.ASSIGN))

HELD = {**READ, 409: Problem}  # nobody may have it


class TextAnswer(Schema):
    """A text to agree to; send its `id` back with the answer."""

    id: UUID
    document: str
    version: int
    language: str
    title: str
    body: str


class StepAnswer(Schema):
    """A step between claiming and using."""

    key: str
    kind: StepKind
    title: str
    required: bool
    standing: StepStanding
    at: datetime | None = Field(description="When it was answered, or declined.")
    fields_schema: dict[str, Any] = Field(description="What it asks; empty for a consent.")
    answers: dict[str, Any]
    text: TextAnswer | None = Field(description="What is, or was, to be agreed to.")


class OnboardingAnswer(Schema):
    """All steps of whoever has an entitlement."""

    entitlement: str
    version: int
    left: int = Field(description="How many are left before anything is set up.")
    steps: list[StepAnswer]


class StepRequest(Strict):
    """What was answered to a step; for a consent the `text` that was shown."""

    answers: dict[str, Any] = Field(default_factory=dict)
    text: UUID | None = None


class DeclineRequest(Strict):
    """The text that was shown and not agreed to."""

    text: UUID


def _steps_now(_request: CallerRequest, handle: str, **_given: object) -> OnboardingAnswer:
    return _onboarding(held_now(id_of(handle)), "")


@router.get(
    "/entitlements/{handle}/onboarding",
    response={200: OnboardingAnswer, **HELD},
    summary="Read the steps between claiming and using",
)
@describes_tag
def read_steps(
    request: CallerRequest, response: HttpResponse, handle: str, language: str = ""
) -> OnboardingAnswer:
    """Tell every step, where it stands and what it asks; texts in this language if there is one."""
    return tags(response, _onboarding(held_now(id_of(handle)), language))


@router.post(
    "/entitlements/{handle}/onboarding/{key}",
    response={200: OnboardingAnswer, **WRITE},
    operation_id="answerStep",
    summary="Answer a step",
)
@acting_in_private(_steps_now)
@transaction.atomic
def answer_step(request: CallerRequest, handle: str, key: str, body: StepRequest) -> Schema:
    """
    Answer a step for whoever has it, in an interface of your own.

    A consent needs the `text` that was shown: if another version was published since, this is
    refused with `consent_text_changed`, and nothing is recorded. Naming the subject is a call of
    its own.
    """
    held = held_now(id_of(handle))
    complete_step(
        assignment_id=held.pk,
        key=key,
        answers=body.answers,
        text_id=body.text,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return _steps_now(request, handle)


@router.post(
    "/entitlements/{handle}/onboarding/{key}/decline",
    response={200: OnboardingAnswer, **WRITE},
    operation_id="declineStep",
    summary="Decline a consent",
)
@acting_in_private(_steps_now)
@transaction.atomic
def decline(request: CallerRequest, handle: str, key: str, body: DeclineRequest) -> Schema:
    """Record that whoever has it does not agree. It stays theirs, and nothing is set up."""
    held = held_now(id_of(handle))
    decline_step(
        assignment_id=held.pk,
        key=key,
        text_id=body.text,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return _steps_now(request, handle)


def _onboarding(held: Assignment, language: str) -> OnboardingAnswer:
    progress = full_progress(held)
    rows = {one.key: one for one in answered_steps([held.pk])}
    return OnboardingAnswer(
        entitlement=handle_of(held.entitlement_id),
        version=held.entitlement.version,  # read first: what follows may be newer, never older
        left=progress.left,
        steps=[_step(one, rows.get(one.step.key), language) for one in progress.steps],
    )


def _step(placed: Placed, row: OnboardingStep | None, language: str) -> StepAnswer:
    step = placed.step
    asks = step.kind in (StepKind.SHIPPING_ADDRESS, StepKind.QUESTIONNAIRE)
    text = None
    if step.kind is StepKind.CONSENT:
        agreed = row is not None and placed.standing is StepStanding.DONE
        text = row.text if row is not None and agreed else text_for(step, language)
    return StepAnswer(
        key=step.key,
        kind=step.kind,
        title=step.called(language),
        required=step.required,
        standing=placed.standing,
        at=row.at if row is not None else None,
        fields_schema=step.schema() if asks else {},
        answers=row.answers() if row is not None else {},
        text=_text(text) if text is not None else None,
    )


def _text(text: ConsentText) -> TextAnswer:
    return TextAnswer(
        id=text.pk,
        document=text.document,
        version=text.version,
        language=text.language,
        title=text.title,
        body=text.body,
    )
