"""Decline to agree to what is asked between claiming and using."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import StepAlreadyDone, StepUnknown
from counterfoil.models import OnboardingStep, StepStatus
from counterfoil.operations import _ledger, _onboarding
from counterfoil.rules.acts import Act
from counterfoil.rules.onboarding import StepKind
from counterfoil.rules.people import Actor


@transaction.atomic
def decline_step(
    *, assignment_id: UUID, key: str, text_id: UUID | None, by: Actor, at: datetime
) -> OnboardingStep:
    """
    Record that a holder does not agree to a text.

    The claim stays theirs, and nothing is set up; they may agree at any time after all. Declining
    again changes nothing.

    :raises NotFound: if there is no such assignment, or it is not this customer's.
    :raises NotAssigned: if the assignment has ended.
    :raises StepUnknown: if it has no such step, or nothing is to be agreed to in it.
    :raises StepNotYet: if something else has to be agreed to first.
    :raises StepAlreadyDone: if it was agreed to before.
    :raises ConsentTextChanged: if the text is not the newest; also ConsentTextMissing.
    :raises EntitlementOnHold: if somebody has suspended it.
    """
    held = _onboarding.hold(assignment_id, by)
    step = held.open_step(key)
    if step.kind is not StepKind.CONSENT:
        raise StepUnknown
    known = held.answered.get(key)
    if known is not None and known.status == StepStatus.DONE:
        raise StepAlreadyDone
    text = _onboarding.text_shown(step, text_id)
    if known is not None and known.text_id == text.pk:
        return known
    change = _ledger.Change(act=Act.DECLINE_STEP, by=by, at=at)
    return _onboarding.keep(held, step, StepStatus.DECLINED, change=change, text=text)
