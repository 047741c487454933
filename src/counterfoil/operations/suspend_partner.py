"""Let a partner hand out nothing until it is resumed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import ReasonMissing
from counterfoil.models import Partner, Suspension
from counterfoil.operations._halting import halt
from counterfoil.rules.people import Actor


@transaction.atomic
def suspend_partner(
    *, partner_id: UUID, mode: Suspension, reason: str, by: Actor, at: datetime
) -> Partner:
    """
    Let a partner, and every one below it, hand out nothing until it is resumed.

    Its people and keys go on seeing what there is. With ``codes`` whatever nobody has claimed is
    put on hold as well, at once or, where it is much, by a job; what is claimed stays. Nothing is
    deleted. Suspending again in the other mode places, or lifts, those holds.

    :raises NotFound: if there is no such partner.
    :raises ReasonMissing: without a reason.
    """
    if not reason.strip():
        raise ReasonMissing
    return halt(partner_id, mode, reason=reason.strip(), by=by, at=at)
