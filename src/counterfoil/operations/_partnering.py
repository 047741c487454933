"""
Who acts for which partner, and whether that partner may act at all.

Acts ask here themselves, so that no surface can forget to.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from counterfoil.errors import NotAMember, NotFound, PartnerRoleMissing, PartnerSuspended
from counterfoil.models import ApiKey, Partner, PartnerMember
from counterfoil.models.ids import uuid_of
from counterfoil.operations._auditing import note
from counterfoil.operations._rights import KEY
from counterfoil.rules.partners import KEY_RIGHTS, PartnerRight, may
from counterfoil.rules.people import Actor, ActorKind

# Everybody locks partners by id, and shares the lock with all but whoever suspends one.
STANDING = """
WITH RECURSIVE above AS (
    SELECT id, parent_id FROM counterfoil_partner WHERE id = ANY(%(partners)s::uuid[])
     UNION
    SELECT p.id, p.parent_id FROM counterfoil_partner p JOIN above a ON p.id = a.parent_id
)
SELECT name, suspension FROM counterfoil_partner
 WHERE id IN (SELECT id FROM above) ORDER BY id FOR SHARE"""

BELOW = """
WITH RECURSIVE below AS (
    SELECT id FROM counterfoil_partner WHERE id = %(partner)s
     UNION
    SELECT p.id FROM counterfoil_partner p JOIN below b ON p.parent_id = b.id
)
SELECT id FROM below"""


def require_active(*partner_ids: UUID) -> None:
    """
    Refuse partners that are suspended, or stand below one that is, until this transaction ends.

    Whoever suspends one of them waits for that, so that nothing is handed out after it.

    :raises PartnerSuspended: naming the first that is.
    """
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"partners": list(partner_ids)})
        for name, suspension in cursor.fetchall():
            if suspension:
                raise PartnerSuspended(f"{name} is suspended, and hands out nothing.")


def require_right(by: Actor, partner_ids: Collection[UUID], right: PartnerRight) -> None:
    """
    Refuse whoever may not do this for any of these partners.

    Staff and the system may, for what staff may do is asked where they come in. Members must act
    for one of the partners, in a role that includes it, and the partner must not be suspended.

    :raises NotAMember: if they act for none of them, or not any more.
    :raises PartnerRoleMissing: if they do, in a role that does not include it.
    :raises PartnerSuspended: if that partner, or one above it, is suspended.
    """
    if by.kind in (ActorKind.OPERATOR, ActorKind.SYSTEM):
        return
    own = partner_of(by)
    if own is None or own not in partner_ids:
        raise NotAMember
    if not _includes(by, right):
        raise PartnerRoleMissing
    if right is not PartnerRight.LOOK:
        require_active(own)


def require_partner_active(by: Actor) -> None:
    """
    Refuse a key or a member of a suspended partner; everybody else passes.

    :raises PartnerSuspended: if that partner, or one above it, is suspended.
    """
    own = partner_of(by) if by.kind is ActorKind.PARTNER else None
    if own is not None:
        require_active(own)


def partner_of(by: Actor) -> UUID | None:
    """Give the partner for which a key or a member acts now, if they act for one."""
    if by.kind is not ActorKind.PARTNER:
        return None
    named = _id_of(by)
    if by.id.startswith(KEY):
        keys = ApiKey.objects.filter(pk=named, revoked_at=None)
        return keys.values_list("partner", flat=True).first()
    members = PartnerMember.objects.filter(pk=named, ended_at=None)
    return members.values_list("partner", flat=True).first()


def read_partner(partner_id: UUID) -> Partner:
    """
    Read a partner.

    :raises NotFound: if there is none.
    """
    found = Partner.objects.filter(pk=partner_id).first()
    if found is None:
        raise NotFound("There is no such partner.")
    return found


def lock_partner(partner_id: UUID) -> Partner:
    """
    Lock and read a partner; whoever hands out for it waits.

    :raises NotFound: if there is none.
    """
    found = Partner.objects.select_for_update(no_key=True).filter(pk=partner_id).first()
    if found is None:
        raise NotFound("There is no such partner.")
    return found


def below(partner_id: UUID) -> list[UUID]:
    """Give a partner and every one below it."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"partner": partner_id})
        return [row[0] for row in cursor.fetchall()]


def audit(
    act: str, partner: Partner, *, by: Actor, at: datetime, data: Iterable[tuple[str, object]] = ()
) -> None:
    """Keep who did what with a partner; ids, never names or addresses of people."""
    note(act, connection=None, subject=subject_of(partner.slug), by=by, at=at, data=dict(data))


def subject_of(slug: str) -> str:
    """Give under which subject the acts on a partner are kept."""
    return f"partner:{slug}"


def _id_of(by: Actor) -> UUID:
    return uuid_of(by.id.removeprefix(KEY)) or UUID(int=0)


def _includes(by: Actor, right: PartnerRight) -> bool:
    if by.id.startswith(KEY):
        return right in KEY_RIGHTS
    role = PartnerMember.objects.filter(pk=_id_of(by)).values_list("role", flat=True).first()
    return may(role or "", right)
