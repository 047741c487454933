"""Say that an entitlement is for somebody or something else than was said."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotAssigned, SubjectInvalid
from counterfoil.models import Assignment, Entitlement, OnboardingStep, StepStatus, Subject
from counterfoil.operations import _ledger
from counterfoil.operations._loading import read, refuse_unless_free, require_reason
from counterfoil.operations._reassigning import reassign
from counterfoil.operations._undoing import holding, refuse_after_cutoff, refuse_after_window
from counterfoil.rules.acts import Act
from counterfoil.rules.onboarding import IMPLIED
from counterfoil.rules.people import Actor, Assignee


@transaction.atomic
def correct_subject(
    *,
    entitlement_id: UUID,
    answers: Mapping[str, str],
    by: Actor,
    at: datetime,
    external_reference: str = "",
    reason: str = "",
    comment: str = "",
) -> Subject:
    """
    Replace the subject of an assigned entitlement, whose holder stays the same.

    The assignment ends and another begins; both stay in history, and what the holder answered
    besides goes along. The downstream record is taken down and made anew. A customer may do this
    within the window of the terms, staff at any time with a reason. Giving the subject it has
    already changes nothing.

    :raises NotFound: if there is no such entitlement.
    :raises NotAssigned: if nobody has it, not the customer who says so, or no subject was given.
    :raises SubjectInvalid: if an answer is missing or wrong.
    :raises UndoWindowOver: if a customer comes too late.
    :raises CutoffPassed: if what the terms name has happened, and no operator asks.
    :raises EntitlementExpired: if its validity is over.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = read(entitlement_id)
    held = holding(entitlement, by)
    known = held.subject
    if known is None:
        raise NotAssigned("Nobody has said yet whom it is for.")
    data = _answers(entitlement, answers)
    if (known.data, known.external_reference) == (data, external_reference):
        return known
    refuse_unless_free(entitlement, Act.CORRECT_SUBJECT)
    refuse_after_window(entitlement, by, at)
    despite = refuse_after_cutoff(entitlement, by)
    subject = Subject.objects.create(
        account_id=held.account_id,
        kind=known.kind,
        data=data,
        external_reference=external_reference,
        created_at=at,
    )
    change = _ledger.Change(
        act=Act.CORRECT_SUBJECT,
        by=by,
        at=at,
        reason=reason,
        comment=comment,
        data={"subject": str(subject.pk), **despite},
    )
    _move(entitlement, held, subject, change)
    return subject


def _answers(entitlement: Entitlement, answers: Mapping[str, str]) -> dict[str, str]:
    terms = entitlement.terms.terms
    if not terms.needs_subject:
        raise SubjectInvalid("This product needs no subject.")
    return terms.subject_data(answers)


def _move(
    entitlement: Entitlement, held: Assignment, subject: Subject, change: _ledger.Change
) -> None:
    steps = list(held.steps.all())
    done = {step.key for step in steps if step.status == StepStatus.DONE}
    wanted = entitlement.terms.terms.onboarding
    assignment_id = reassign(
        change,
        entitlement=entitlement,
        held=held,
        to=Assignee(account_id=held.account_id, subject_id=subject.pk),
        onboarded=all(
            not step.required or step.kind in IMPLIED or step.key in done for step in wanted
        ),
    )
    Assignment.objects.filter(pk=assignment_id).update(
        relation=held.relation, by_partner=held.by_partner_id
    )
    for step in steps:
        copy = OnboardingStep(
            assignment_id=assignment_id,
            key=step.key,
            kind=step.kind,
            status=step.status,
            text_id=step.text_id,
            at=step.at,
        )
        if answered := step.answers():
            copy.seal_answers(answered)
        copy.save()
