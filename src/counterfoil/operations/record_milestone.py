"""Keep what the host says happened to what was assigned."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from counterfoil.errors import NotAssigned
from counterfoil.models import Assignment, Milestone
from counterfoil.operations import _ledger
from counterfoil.operations._loading import read
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


@transaction.atomic
def record_milestone(
    *,
    entitlement_id: UUID,
    name: str,
    by: Actor,
    at: datetime,
    reference: str = "",
    happened_at: datetime | None = None,
) -> Milestone:
    """
    Record that something happened at the host's, such as a sample that arrived.

    Each has happened once to an assignment: telling it again changes nothing, and gives what was
    told first. It is a fact, so neither a hold nor an end of validity is in its way.

    :raises NotFound: if there is no such entitlement.
    :raises NotAssigned: if nobody has it.
    """
    entitlement = read(entitlement_id)
    held = Assignment.objects.filter(entitlement=entitlement, ended_at=None).first()
    if held is None:
        raise NotAssigned
    known = held.milestones.filter(name=name).first()
    if known is not None:
        return known
    milestone = Milestone.objects.create(
        assignment=held, name=name, reference=reference, at=happened_at or at, recorded_at=Now()
    )
    data = {"milestone": name}
    _ledger.record_one(
        _ledger.Change(act=Act.RECORD_MILESTONE, by=by, at=at, data=data), entitlement=entitlement
    )
    milestone.refresh_from_db()
    return milestone
