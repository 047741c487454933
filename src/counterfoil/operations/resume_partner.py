"""Let a suspended partner go on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import ReasonMissing
from counterfoil.models import Partner
from counterfoil.operations._halting import halt
from counterfoil.rules.people import Actor


@transaction.atomic
def resume_partner(*, partner_id: UUID, reason: str, by: Actor, at: datetime) -> Partner:
    """
    Let a suspended partner go on, and lift the holds that its suspension placed, and no others.

    What was on hold is valid for so much longer. Where it is much, a job lifts it. A partner that
    is not suspended is left alone.

    :raises NotFound: if there is no such partner.
    :raises ReasonMissing: without a reason.
    """
    if not reason.strip():
        raise ReasonMissing
    return halt(partner_id, None, reason=reason.strip(), by=by, at=at)
