"""What something is for: a new subject, one of the holder's, or one in the host's system."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from counterfoil.errors import (
    NotAssigned,
    StepNotYet,
    SubjectBusy,
    SubjectInvalid,
    SubjectTaken,
    SubjectUnknown,
)
from counterfoil.models import Assignment, Entitlement, OnboardingStep, StepStatus, Subject
from counterfoil.operations._uniqueness import host_text, unique_keys
from counterfoil.rules.keepable import flaw_in
from counterfoil.rules.onboarding import StepKind, StepStanding, placed, steps_of
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.subjects import Home, SubjectKind, Uniqueness
from counterfoil.rules.terms import Terms

MOST_ANSWERS = 50  # of a subject that lives elsewhere: its host says what it likes
LONGEST = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What was said: which of the holder's, which in the host's system, or the answers."""

    kind: SubjectKind
    answers: Mapping[str, Any]
    subject_id: UUID | None
    external_reference: str

    def found(
        self, account_id: UUID, *, at: datetime, instead_of: Subject | None = None
    ) -> Subject:
        """
        Find it, or record it; raises as complete_subject says.

        A new one that corrects another does not meet it: what was unique of the old one is the
        new one's then.
        """
        if self.subject_id is not None:
            return own_subject(self.kind, account_id, self.subject_id)
        if self.external_reference:
            reference = self.external_reference.replace("\0", "").strip()[:200]
            return host_subject(self.kind, account_id, reference, self.answers, at=at)
        return new_subject(self.kind, account_id, self.answers, at=at, instead_of=instead_of)

    def is_the_same(self, known: Subject) -> bool:
        """Tell whether this subject is the one that was meant."""
        if self.subject_id is not None:
            return known.pk == self.subject_id
        if self.external_reference or known.external_reference:
            return known.external_reference == self.external_reference
        return bool(known.data == self.kind.data(self.answers))


def assignment_for(entitlement: Entitlement, by: Actor) -> Assignment:
    """
    Give the open assignment, if this actor may answer for whoever has it.

    :raises NotAssigned: if nobody has it, or not the customer who speaks.
    """
    holders = Assignment.objects.select_related("subject")
    assignment = holders.filter(entitlement=entitlement, ended_at=None).first()
    if assignment is None or not may_speak_for(by, assignment):
        raise NotAssigned
    return assignment


def may_speak_for(by: Actor, assignment: Assignment) -> bool:
    """Tell whether this actor may answer for whoever has it: a customer only for themselves."""
    return by.kind is not ActorKind.CUSTOMER or by.id == str(assignment.account_id)


def refuse_before_consent(assignment: Assignment, terms: Terms, by: Actor) -> None:
    """
    Refuse to be told by a holder what they were not to be asked yet; staff may be told.

    :raises StepNotYet: if there is something to agree to first.
    """
    if by.kind is not ActorKind.CUSTOMER:
        return
    found = OnboardingStep.objects.standing([assignment.pk]).get(assignment.pk, {})
    done = {key for key, status in found.items() if status == StepStatus.DONE}
    steps = steps_of(terms.onboarding, needs_subject=True)
    for one in placed(steps, done=done, declined=(), subject_known=False):
        if one.step.kind is StepKind.SUBJECT and one.standing is StepStanding.WAITING:
            raise StepNotYet


def new_subject(
    kind: SubjectKind,
    account_id: UUID,
    answers: Mapping[str, Any],
    *,
    at: datetime,
    instead_of: Subject | None = None,
) -> Subject:
    """
    Record a subject from the answers to the form of its kind.

    :raises SubjectInvalid: if an answer is missing or wrong, or such subjects live elsewhere.
    :raises SubjectTaken: if there may be no other like it.
    """
    if kind.lives is Home.HOST:
        raise SubjectInvalid("This has to be chosen from where it lives.")
    data = kind.data(answers)
    text = kind.unique_text(account_id, data)
    if instead_of is not None:
        old = Subject.objects.filter(pk=instead_of.pk, unique_key__in=unique_keys(kind, text))
        old.update(unique_key=None)
    return _record(kind, account_id, data, "", text, at=at)


def own_subject(kind: SubjectKind, account_id: UUID, subject_id: UUID) -> Subject:
    """
    Find a subject of this account; it need not fit what is asked of new ones today.

    :raises SubjectUnknown: if the account has none of this id and kind.
    """
    found = Subject.objects.filter(pk=subject_id, account=account_id, kind=kind.name).first()
    if found is None:
        raise SubjectUnknown
    return found


def host_subject(
    kind: SubjectKind, account_id: UUID, reference: str, told: Mapping[str, Any], *, at: datetime
) -> Subject:
    """
    Find, or record, a subject that lives in the host's system, by the host's reference.

    :raises SubjectTaken: if another account has it, and its kind is unique.
    :raises SubjectInvalid: if what is told of it cannot be kept.
    """
    if flaw_in([reference, told]) is not None:
        raise SubjectInvalid("What is told of it cannot be kept.")
    known = Subject.objects.filter(
        account=account_id, kind=kind.name, external_reference=reference
    ).first()
    if known is not None:
        return known
    data = {
        name[:60]: value[:LONGEST] if isinstance(value, str) else value
        for name, value in sorted(told.items())[:MOST_ANSWERS]
        if isinstance(value, str | int | float | bool)
    }
    text = host_text(kind, account_id, reference, data)
    return _record(kind, account_id, data, reference, text, at=at)


def still_free(assignment: Assignment) -> UUID | None:
    """Give what an ended assignment was for, unless that is for something else by now."""
    subject = assignment.subject
    if subject is None or not subject.is_sole:
        return assignment.subject_id
    others = Assignment.objects.filter(sole_subject=subject.pk, ended_at=None)
    return None if others.exists() else subject.pk


def refuse_busy(subject: Subject, held: Assignment) -> None:
    """
    Refuse a subject that something else is for, where there may be only one at a time.

    :raises SubjectBusy: if there is.
    """
    _free_of_the_expired(subject)
    others = Assignment.objects.filter(sole_subject=subject.pk, ended_at=None)
    if subject.is_sole and others.exclude(pk=held.pk).exists():
        raise SubjectBusy


def give(assignment: Assignment, subject: Subject, relation: str) -> None:
    """
    Let an assignment be for a subject.

    :raises SubjectBusy: if another entitlement is for it, and there may be only one at a time.
    """
    _free_of_the_expired(subject)
    given = {"subject": subject} | ({"relation": relation} if relation else {})
    try:
        with transaction.atomic():
            Assignment.objects.filter(pk=assignment.pk).update(**given)
    except IntegrityError as busy:
        raise SubjectBusy from busy


def _free_of_the_expired(subject: Subject) -> None:
    """Let what has expired be in nobody's way: nobody was there to say so when it did."""
    if subject.is_sole:
        over = Q(entitlement__expires_at__lte=Now())
        Assignment.objects.filter(over, sole_subject=subject.pk).update(sole_subject=None)


def make_room(subject: Subject) -> None:
    """Let what has expired be in nobody's way: nobody was there to say that it has."""
    if subject.is_sole:
        over = Q(entitlement__expires_at__lte=Now())
        Assignment.objects.filter(over, sole_subject=subject.pk).update(sole_subject=None)


def _record(
    kind: SubjectKind,
    account_id: UUID,
    data: Mapping[str, Any],
    reference: str,
    unique_text: str | None,
    *,
    at: datetime,
) -> Subject:
    keys = unique_keys(kind, unique_text)
    if Subject.objects.filter(kind=kind.name, unique_key__in=keys).exists():
        raise SubjectTaken  # also by an older key of the ring, which no constraint sees
    try:
        with transaction.atomic():
            return Subject.objects.create(
                account_id=account_id,
                kind=kind.name,
                data=dict(data),
                external_reference=reference,
                unique_key=keys[0] if keys else None,
                is_sole=kind.unique is Uniqueness.LIVE,
                created_at=at,
            )
    except IntegrityError as taken:
        raise SubjectTaken from taken
