"""Let somebody act for a partner, and tell them so."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from counterfoil.errors import MailInvalid, MemberAlready
from counterfoil.models import Contact, Delivery, DeliveryKind, PartnerMember, PartnerRole
from counterfoil.operations._members import invitation, managed
from counterfoil.operations._partnering import audit
from counterfoil.operations._people import person_for
from counterfoil.rules.people import Actor, normalise_mail

PAUSE = timedelta(minutes=1)


@transaction.atomic
def invite_member(
    *,
    partner_id: UUID,
    mail: str,
    role: PartnerRole,
    by: Actor,
    at: datetime,
    name: str = "",
    locale: str = "",
) -> PartnerMember:
    """
    Let whoever reads this address act for a partner, and tell them so by mail.

    They sign in with the one-time code everybody signs in with. Inviting somebody again sends the
    mail again, though not twice within a minute.

    :raises NotFound: if there is no such partner.
    :raises MailInvalid: if this is not an address that mail can reach.
    :raises MemberAlready: if they act for it in another role; change that instead.
    :raises NotAMember: if whoever invites does not act for it; also PartnerRoleMissing,
        PartnerSuspended.
    """
    partner = managed(partner_id, by)
    if normalise_mail(mail) is None:
        raise MailInvalid
    person = person_for(Contact(mail=mail, name=name.strip(), locale=locale[:16]), at=at)
    member = PartnerMember.objects.filter(partner=partner, person=person, ended_at=None).first()
    if member is not None and member.role != role:
        raise MemberAlready
    is_new = member is None
    if member is None:
        member = PartnerMember.objects.create(
            partner=partner, person=person, role=role.value, invited_by=by.id, invited_at=at
        )
    lately = Delivery.objects.filter(
        kind=DeliveryKind.INVITATION, target=person, member=member, created_at__gt=at - PAUSE
    )
    if is_new or not lately.exists():
        invitation(member, at=at).save(force_insert=True)
        told = {"member": str(member.pk), "role": role.value}
        audit("invite_member", partner, by=by, at=at, data=told.items())
    return member
