"""Say whom or what an assigned entitlement is for."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotAssigned, SubjectAlreadyKnown, SubjectInvalid
from counterfoil.models import Assignment, Subject
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import PROVISION
from counterfoil.operations._loading import read, refuse_unless_free
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, ActorKind


@transaction.atomic
def complete_subject(
    *,
    entitlement_id: UUID,
    answers: Mapping[str, str],
    by: Actor,
    at: datetime,
    external_reference: str = "",
) -> Subject:
    """
    Record the subject of an assigned entitlement, and ask for the downstream record.

    ``answers`` are checked against the form in the terms the entitlement was sold under. Giving
    the same subject again changes nothing. A customer says it of what is theirs: it may have gone
    to somebody else since they saw the form.

    :raises NotFound: if there is no such entitlement.
    :raises NotAssigned: if nobody has it yet, or not the customer who says so.
    :raises SubjectInvalid: if an answer is missing or wrong, or nothing was asked.
    :raises SubjectAlreadyKnown: if it is for another subject already; undo that first.
    :raises EntitlementOnHold: if somebody has suspended it.
    """
    entitlement = read(entitlement_id)
    holders = Assignment.objects.select_related("subject")
    assignment = holders.filter(entitlement=entitlement, ended_at=None).first()
    if assignment is None or not _may(by, assignment):
        raise NotAssigned
    terms = entitlement.terms.terms
    if not terms.needs_subject:
        raise SubjectInvalid("This product needs no subject.")
    data = terms.subject_data(answers)
    known = assignment.subject
    if known is not None:
        if (known.data, known.external_reference) != (data, external_reference):
            raise SubjectAlreadyKnown
        return known
    refuse_unless_free(entitlement, Act.COMPLETE_SUBJECT)
    subject = Subject.objects.create(
        account_id=assignment.account_id,
        kind=terms.subject_kind,
        data=data,
        external_reference=external_reference,
        created_at=at,
    )
    _ledger.record_one(
        _ledger.Change(act=Act.COMPLETE_SUBJECT, by=by, at=at, data={"subject": str(subject.pk)}),
        entitlement=entitlement,
        parameters={"subject": subject.pk, "terms": entitlement.terms_id, "onboarded": False},
        keeps="%(terms)s::uuid AS terms_id",
        also=(PROVISION,),
    )
    Assignment.objects.filter(pk=assignment.pk).update(subject=subject)
    return subject


def _may(by: Actor, assignment: Assignment) -> bool:
    return by.kind is not ActorKind.CUSTOMER or by.id == str(assignment.account_id)
