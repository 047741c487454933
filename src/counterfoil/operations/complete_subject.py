"""Say whom or what an assigned entitlement is for."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.errors import SubjectAlreadyKnown, SubjectInvalid
from counterfoil.models import Relation, Subject
from counterfoil.models.subject_kinds import kind_for
from counterfoil.operations import _ledger, _subjects
from counterfoil.operations._assigning import PROVISION
from counterfoil.operations._loading import read, refuse_unless_free
from counterfoil.operations._onboarding import is_onboarded
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor

NOTHING: Mapping[str, Any] = MappingProxyType({})


@transaction.atomic
def complete_subject(
    *,
    entitlement_id: UUID,
    by: Actor,
    at: datetime,
    answers: Mapping[str, Any] = NOTHING,
    subject_id: UUID | None = None,
    external_reference: str = "",
    relation: Relation = Relation.UNSAID,
) -> Subject:
    """
    Record the subject of an assigned entitlement, and ask for the downstream record.

    It is one of the holder's where ``subject_id`` names it, one in the host's system where
    ``external_reference`` does, else a new one, of ``answers`` to the questions of its kind. The
    record is asked for once the onboarding is done besides. Giving the same again changes nothing.
    A customer says it of what is theirs: it may have gone to somebody else since.

    :raises NotAssigned: if nobody has it yet, or not the customer who says so; also NotFound.
    :raises SubjectInvalid: if an answer is missing or wrong, or nothing was asked.
    :raises SubjectUnknown: if the holder has no such subject.
    :raises SubjectTaken: if there may be only one; also SubjectBusy, if something else is for it.
    :raises SubjectAlreadyKnown: if it is for another subject already; undo that first.
    :raises StepNotYet: if the holder has to agree to something first.
    :raises EntitlementOnHold: if somebody has suspended it.
    """
    entitlement = read(entitlement_id)
    assignment = _subjects.assignment_for(entitlement, by)
    terms = entitlement.terms.terms
    if not terms.needs_subject:
        raise SubjectInvalid("This product needs no subject.")
    given = _subjects.Given(
        kind=kind_for(terms),
        answers=answers,
        subject_id=subject_id,
        external_reference=external_reference,
    )
    if assignment.subject is not None:
        if not given.is_the_same(assignment.subject):
            raise SubjectAlreadyKnown
        return assignment.subject
    refuse_unless_free(entitlement, Act.COMPLETE_SUBJECT)
    _subjects.refuse_before_consent(assignment, terms, by)
    subject = given.found(assignment.account_id, at=at)
    _ledger.record_one(
        _ledger.Change(act=Act.COMPLETE_SUBJECT, by=by, at=at, data={"subject": str(subject.pk)}),
        entitlement=entitlement,
        parameters={
            "subject": subject.pk,
            "terms": entitlement.terms_id,
            "onboarded": is_onboarded(assignment, terms),
        },
        keeps="%(terms)s::uuid AS terms_id",
        also=(PROVISION,),
    )
    _subjects.give(assignment, subject, relation)
    return subject
