"""Say that an entitlement is for somebody or something else than was said."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from counterfoil.errors import NotAssigned, SubjectBusy, SubjectInvalid
from counterfoil.models import Assignment, Entitlement, Relation, Subject
from counterfoil.models.subject_kinds import kind_for
from counterfoil.operations import _ledger, _subjects
from counterfoil.operations._loading import read, refuse_unless_free, require_reason
from counterfoil.operations._onboarding import carry_steps, is_onboarded
from counterfoil.operations._reassigning import reassign
from counterfoil.operations._undoing import holding, refuse_after_cutoff, refuse_after_window
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, Assignee

NOTHING: Mapping[str, Any] = MappingProxyType({})


@transaction.atomic
def correct_subject(
    *,
    entitlement_id: UUID,
    by: Actor,
    at: datetime,
    answers: Mapping[str, Any] = NOTHING,
    subject_id: UUID | None = None,
    external_reference: str = "",
    relation: Relation = Relation.UNSAID,
    reason: str = "",
    comment: str = "",
) -> Subject:
    """
    Replace the subject of an assigned entitlement, whose holder stays the same.

    The assignment ends and another begins; both stay in history, and what the holder answered
    besides goes along. The downstream record is taken down and made anew. It is named as
    ``complete_subject`` takes it; naming the one it is for already changes nothing.

    :raises NotAssigned: if nobody has it, not the customer who says so, or no subject was given.
    :raises SubjectInvalid: if an answer is missing or wrong; also SubjectUnknown, SubjectTaken and
        SubjectBusy, as ``complete_subject`` does.
    :raises UndoWindowOver: if a customer comes later than the terms allow.
    :raises CutoffPassed: if what the terms name has happened, and no operator asks.
    :raises EntitlementExpired: if its validity is over; also EntitlementOnHold and NotFound.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = read(entitlement_id)
    terms, held = entitlement.terms.terms, holding(entitlement, by)
    if not terms.needs_subject:
        raise SubjectInvalid("This product needs no subject.")
    if held.subject is None:
        raise NotAssigned
    given = _subjects.Given(
        kind=kind_for(terms),
        answers=answers,
        subject_id=subject_id,
        external_reference=external_reference,
    )
    if given.is_the_same(held.subject):
        return held.subject
    refuse_unless_free(entitlement, Act.CORRECT_SUBJECT)
    refuse_after_window(entitlement, by, at)
    override = refuse_after_cutoff(entitlement, by)
    subject = given.found(held.account_id, at=at, instead_of=held.subject)
    data = {"subject": str(subject.pk), **override}
    change = _ledger.Change(
        act=Act.CORRECT_SUBJECT, by=by, at=at, reason=reason, comment=comment, data=data
    )
    _subjects.make_room(subject)
    try:
        with transaction.atomic():
            after = _go_on(entitlement, held, subject, change)
    except IntegrityError as busy:
        raise SubjectBusy from busy
    going_on = Assignment.objects.filter(pk=after)
    going_on.update(by_partner=held.by_partner_id, relation=relation or held.relation)
    return subject


def _go_on(
    entitlement: Entitlement, held: Assignment, subject: Subject, change: _ledger.Change
) -> UUID:
    """End the assignment, and begin the one that goes on from it."""
    after = reassign(
        change,
        entitlement=entitlement,
        held=held,
        to=Assignee(account_id=held.account_id, subject_id=subject.pk),
        onboarded=is_onboarded(held, entitlement.terms.terms),
    )
    carry_steps(before=held, after_id=after)
    return after
