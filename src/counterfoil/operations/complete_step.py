"""Answer one step between claiming and using."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.errors import AgreementMissing, AnswersInvalid, Fault, StepAlreadyDone
from counterfoil.models import OnboardingStep, StepStatus
from counterfoil.operations import _ledger, _onboarding
from counterfoil.rules import answers as answering
from counterfoil.rules.acts import Act
from counterfoil.rules.onboarding import StepKind
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.proofs import Agreement

NOTHING: Mapping[str, Any] = MappingProxyType({})


@transaction.atomic
def complete_step(
    *,
    assignment_id: UUID,
    key: str,
    by: Actor,
    at: datetime,
    answers: Mapping[str, Any] = NOTHING,
    text_id: UUID | None = None,
    agreement: Agreement | None = None,
    reason: str = "",
    comment: str = "",
) -> OnboardingStep:
    """
    Record that a step is done: agreed to, or answered.

    ``text_id`` is the text of a consent as it was shown; whoever agrees, agrees to what they read,
    so an older version is refused and the new one has to be shown. The same answer again changes
    nothing; another one replaces it until everything is there and the host is asked. Naming the
    subject is :func:`complete_subject`. If this was the last thing missing, the downstream record
    is asked for.

    Staff may answer for a customer; of a consent they say who agreed and how (``agreement``), and
    that is kept with it.

    :raises NotFound: if there is no such assignment, or it is not this customer's.
    :raises NotAssigned: if the assignment has ended.
    :raises StepUnknown: if it has no such step, or the step answers itself.
    :raises StepNotYet: if something has to be agreed to first.
    :raises AgreementMissing: if staff do not say who agreed to a text, and how.
    :raises AnswersInvalid: if an answer is missing or wrong.
    :raises ConsentTextChanged: if the text is not the newest; also ConsentTextMissing.
    :raises StepAlreadyDone: if it was answered otherwise, and everything is being set up.
    :raises EntitlementOnHold: if somebody has suspended it.
    """
    change = _ledger.Change(act=Act.COMPLETE_STEP, by=by, at=at, reason=reason, comment=comment)
    held = _onboarding.hold(assignment_id, by)
    step = held.open_step(key)
    known = held.answered.get(key)
    is_done = known is not None and known.status == StepStatus.DONE
    if step.kind is StepKind.CONSENT:
        if known is not None and is_done:
            return known
        text = _onboarding.text_shown(step, text_id)
        if by.kind is ActorKind.OPERATOR and agreement is None:
            raise AgreementMissing
        told = {"agreed_by": agreement.by, "agreed_how": agreement.how} if agreement else {}
        change = replace(change, data=told)
        return _onboarding.keep(held, step, StepStatus.DONE, change=change, text=text)
    tidy, wrong = answering.judge(step.schema(), answers)
    if wrong:
        raise AnswersInvalid(Fault(one.field, str(one)) for one in wrong)
    if known is not None and is_done:
        if _onboarding.same(tidy, known):
            return known
        if held.is_set_up:
            raise StepAlreadyDone
    return _onboarding.keep(held, step, StepStatus.DONE, change=change, answers=tidy)
