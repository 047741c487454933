"""Say that an entitlement is for somebody or something else than was said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotAssigned, SubjectInvalid
from counterfoil.models import Assignment, Entitlement, Subject
from counterfoil.models.subject_kinds import kind_for
from counterfoil.operations import _ledger
from counterfoil.operations._loading import read, refuse_unless_free, require_reason
from counterfoil.operations._onboarding import carry_steps, is_onboarded
from counterfoil.operations._reassigning import reassign
from counterfoil.operations._subjects import Given, refuse_busy
from counterfoil.operations._undoing import holding, refuse_after_cutoff, refuse_after_window
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, Assignee


@transaction.atomic
def correct_subject(
    *,
    entitlement_id: UUID,
    answers: Mapping[str, Any],
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
    :raises SubjectTaken: if there may be only one; also SubjectBusy, if something else is for it.
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
    given = _given(entitlement, answers, external_reference)
    if given.is_the_same(known):
        return known
    refuse_unless_free(entitlement, Act.CORRECT_SUBJECT)
    refuse_after_window(entitlement, by, at)
    despite = refuse_after_cutoff(entitlement, by)
    subject = given.found(held.account_id, at=at, instead_of=known)
    refuse_busy(subject, held)
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


def _given(entitlement: Entitlement, answers: Mapping[str, Any], reference: str) -> Given:
    terms = entitlement.terms.terms
    if not terms.needs_subject:
        raise SubjectInvalid("This product needs no subject.")
    return Given(
        kind=kind_for(terms), answers=answers, subject_id=None, external_reference=reference
    )


def _move(
    entitlement: Entitlement, held: Assignment, subject: Subject, change: _ledger.Change
) -> None:
    assignment_id = reassign(
        change,
        entitlement=entitlement,
        held=held,
        to=Assignee(account_id=held.account_id, subject_id=subject.pk),
        onboarded=is_onboarded(held, entitlement.terms.terms),
    )
    carry_steps(before=held, after_id=assignment_id)
    Assignment.objects.filter(pk=assignment_id).update(by_partner=held.by_partner_id)
