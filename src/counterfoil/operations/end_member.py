"""Let somebody no longer act for a partner."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import PartnerMember
from counterfoil.operations._members import managed, partner_with, refuse_last_admin
from counterfoil.operations._partnering import audit
from counterfoil.rules.people import Actor


@transaction.atomic
def end_member(*, member_id: UUID, by: Actor, at: datetime) -> PartnerMember:
    """
    Let somebody no longer act for a partner, from this moment on.

    What they did stays theirs in the ledger. Ending it again changes nothing; they can be invited
    anew.

    :raises NotFound: if there is nobody of this id.
    :raises LastAdmin: if a member would leave the partner without an admin.
    :raises NotAMember: if whoever asks does not act for the partner; also PartnerRoleMissing,
        PartnerSuspended.
    """
    partner = managed(partner_with(member_id), by)
    member = PartnerMember.objects.get(pk=member_id)
    if member.ended_at is not None:
        return member
    refuse_last_admin(member, by)
    member.ended_at = at
    member.save(update_fields=["ended_at"])
    audit("end_member", partner, by=by, at=at, data={"member": str(member.pk)}.items())
    return member
