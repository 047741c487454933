"""The people of a partner: reading one under the partner's lock, and keeping an admin."""

from datetime import datetime
from uuid import UUID

from counterfoil.errors import LastAdmin, NotFound
from counterfoil.models import Delivery, DeliveryKind, Partner, PartnerMember, PartnerRole
from counterfoil.models.ids import uuid7
from counterfoil.models.outbox import message_id
from counterfoil.operations._partnering import lock_partner, require_right
from counterfoil.rules.partners import PartnerRight
from counterfoil.rules.people import Actor, ActorKind


def managed(partner_id: UUID, by: Actor) -> Partner:
    """
    Lock a partner whose people somebody wants to change, and may.

    :raises NotFound: if there is no such partner.
    :raises NotAMember: if they do not act for it; also PartnerRoleMissing, PartnerSuspended.
    """
    partner = lock_partner(partner_id)
    require_right(by, [partner.pk], PartnerRight.MANAGE_MEMBERS)
    return partner


def partner_with(member_id: UUID) -> UUID:
    """
    Give the partner somebody acts, or acted, for.

    :raises NotFound: if there is nobody of this id.
    """
    found = PartnerMember.objects.filter(pk=member_id).values_list("partner", flat=True).first()
    if found is None:
        raise NotFound("There is no such member.")
    return found


def refuse_last_admin(member: PartnerMember, by: Actor) -> None:
    """
    Keep the people of a partner from locking themselves out; staff may, to begin anew.

    :raises LastAdmin: if nobody else could invite anybody.
    """
    if by.kind is not ActorKind.PARTNER or member.role != PartnerRole.ADMIN:
        return
    others = PartnerMember.objects.filter(
        partner=member.partner_id, role=PartnerRole.ADMIN, ended_at=None
    )
    if not others.exclude(pk=member.pk).exists():
        raise LastAdmin


def invitation(member: PartnerMember, *, at: datetime) -> Delivery:
    """Make the mail that tells somebody that they may act for a partner; each is its own cause."""
    delivery_id = uuid7()
    return Delivery(
        id=delivery_id,
        cause=f"invitation:{delivery_id}",
        kind=DeliveryKind.INVITATION,
        target_id=member.person_id,
        member=member,
        message_id=message_id(delivery_id),
        created_at=at,
        due_at=at,
    )
