"""Say whom or what an assigned entitlement is for."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotAssigned, SubjectAlreadyKnown
from counterfoil.models import Assignment, Subject
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import PROVISION
from counterfoil.operations._loading import load_free
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


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
    the same subject again changes nothing.

    :raises NotFound: if there is no such entitlement.
    :raises NotAssigned: if nobody has it yet.
    :raises SubjectInvalid: if an answer is missing or wrong; nothing was kept.
    :raises SubjectAlreadyKnown: if it is for another subject already; undo that first.
    :raises EntitlementOnHold: if somebody has suspended it.
    """
    assignment = (
        Assignment.objects.select_related("subject", "entitlement__terms")
        .filter(entitlement=entitlement_id, ended_at=None)
        .first()
    )
    if assignment is None:
        raise NotAssigned
    terms = assignment.entitlement.terms.terms
    data = terms.subject_data(answers)
    known = assignment.subject
    if known is not None:
        if (known.data, known.external_reference) != (data, external_reference):
            raise SubjectAlreadyKnown
        return known
    entitlement = load_free(entitlement_id, Act.COMPLETE_SUBJECT)
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
        parameters={"subject": subject.pk, "terms": entitlement.terms_id},
        keeps="%(terms)s::uuid AS terms_id",
        also=(PROVISION,),
    )
    Assignment.objects.filter(pk=assignment.pk, ended_at=None).update(subject=subject)
    return subject
