"""Give somebody who acts for a partner another role."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import PartnerMember, PartnerRole
from counterfoil.operations._members import managed, partner_with, refuse_last_admin
from counterfoil.operations._partnering import audit
from counterfoil.rules.people import Actor


@transaction.atomic
def change_member_role(
    *, member_id: UUID, role: PartnerRole, by: Actor, at: datetime
) -> PartnerMember:
    """
    Give somebody who acts for a partner another role, from this moment on.

    :raises NotFound: if there is nobody of this id, or they act for it no more.
    :raises LastAdmin: if a member would leave the partner without an admin.
    :raises NotAMember: if whoever asks does not act for the partner; also PartnerRoleMissing,
        PartnerSuspended.
    """
    partner = managed(partner_with(member_id), by)
    member = PartnerMember.objects.filter(pk=member_id, ended_at=None).first()
    if member is None:
        raise NotFound("They do not act for this partner any more.")
    if member.role == role:
        return member
    refuse_last_admin(member, by)
    told = {"member": str(member.pk), "before": member.role, "role": role.value}
    member.role = role.value
    member.save(update_fields=["role"])
    audit("change_member_role", partner, by=by, at=at, data=told.items())
    return member
