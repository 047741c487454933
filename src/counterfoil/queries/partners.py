"""Who partners are, who acts for them, and how each stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from counterfoil.errors import NotFound
from counterfoil.models import Partner, PartnerMember
from counterfoil.rules.partners import PartnerRight, may
from counterfoil.rules.people import Actor, ActorKind

ABOVE = """
WITH RECURSIVE above AS (
    SELECT id AS holder, id, parent_id FROM counterfoil_partner WHERE id = ANY(%(partners)s::uuid[])
     UNION
    SELECT a.holder, p.id, p.parent_id FROM above a JOIN counterfoil_partner p ON p.id = a.parent_id
)
SELECT a.holder, max(p.suspension) FILTER (WHERE p.suspension = 'codes'), max(p.suspension)
  FROM above a JOIN counterfoil_partner p ON p.id = a.id GROUP BY 1"""


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerSeen:
    """A partner; ``suspension`` is how far it is suspended, by itself or by one above it."""

    id: UUID
    slug: str
    name: str
    parent_id: UUID | None
    parent_name: str
    suspension: str
    is_suspended_itself: bool
    suspended_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """Somebody who acts for a partner, and what they may do."""

    member_id: UUID
    person_id: UUID
    role: str
    partner: PartnerSeen

    def may(self, right: PartnerRight) -> bool:
        """Tell whether the role includes this, and the partner may do it now."""
        is_open = right is PartnerRight.LOOK or not self.partner.suspension
        return is_open and may(self.role, right)

    @property
    def actor(self) -> Actor:
        """Give whom acts are attributed to."""
        name = self.partner.name[:100]
        return Actor(kind=ActorKind.PARTNER, id=str(self.member_id), display=name)


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberSeen:
    """One of a partner's people, as colleagues see them."""

    id: UUID
    role: str
    name: str
    mail: str  # masked
    invited_at: datetime


def member_of(account_id: UUID) -> Sequence[Membership]:
    """Give for which partners somebody acts, by name; none for most people."""
    found = PartnerMember.objects.filter(person__account=account_id, ended_at=None)
    return _memberships(list(found.select_related("partner__parent").order_by("partner__name")))


def membership(member_id: UUID) -> Membership:
    """
    Give one membership that has not ended.

    :raises NotFound: if there is none of this id.
    """
    found = PartnerMember.objects.filter(pk=member_id, ended_at=None)
    rows = _memberships(list(found.select_related("partner__parent")))
    if not rows:
        raise NotFound("There is no such member.")
    return rows[0]


def partner_of(member_id: UUID) -> PartnerSeen:
    """
    Give the partner somebody acts for.

    :raises NotFound: if there is nobody of this id, or they do not any more.
    """
    return membership(member_id).partner


def one_partner(partner_id: UUID) -> PartnerSeen:
    """
    Give one partner.

    :raises NotFound: if there is none of this id.
    """
    return _one(Partner.objects.filter(pk=partner_id).select_related("parent").first())


def partner_by_name(slug: str) -> PartnerSeen:
    """
    Give one partner by its short name.

    :raises NotFound: if there is none.
    """
    return _one(Partner.objects.filter(slug=slug).select_related("parent").first())


def sub_partners(partner_id: UUID) -> Sequence[PartnerSeen]:
    """Give the partners directly below one, by name."""
    return seen(list(Partner.objects.filter(parent=partner_id).select_related("parent")))


def sub_partner_by_name(partner_id: UUID, slug: str) -> PartnerSeen:
    """
    Give a partner directly below one by its short name.

    :raises NotFound: if there is none, whoever else may be called so.
    """
    below = Partner.objects.filter(parent=partner_id, slug=slug)
    return _one(below.select_related("parent").first())


def members_of(partner_id: UUID) -> Sequence[MemberSeen]:
    """Give who acts for a partner, the first invited first."""
    found = PartnerMember.objects.filter(partner=partner_id, ended_at=None)
    rows = []
    for one in found.select_related("person").order_by("invited_at", "pk"):
        contact = one.person.contact()
        rows.append(
            MemberSeen(
                id=one.pk,
                role=one.role,
                name=contact.name if contact else "",
                mail=contact.masked if contact else "",
                invited_at=one.invited_at,
            )
        )
    return rows


def seen(partners: Sequence[Partner]) -> list[PartnerSeen]:
    """Say of each partner how it stands, by name; with one question however many there are."""
    standing = _standing([one.pk for one in partners])
    return [
        PartnerSeen(
            id=one.pk,
            slug=one.slug,
            name=one.name,
            parent_id=one.parent_id,
            parent_name=one.parent.name if one.parent else "",
            suspension=standing[one.pk],
            is_suspended_itself=bool(one.suspension),
            suspended_at=one.suspended_at,
        )
        for one in sorted(partners, key=lambda one: (one.name, one.slug))
    ]


def _one(found: Partner | None) -> PartnerSeen:
    if found is None:
        raise NotFound("There is no such partner.")
    return seen([found])[0]


def _standing(partner_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"partners": list(partner_ids)})
        return {row[0]: row[1] or row[2] for row in cursor.fetchall()}


def _memberships(members: Sequence[PartnerMember]) -> list[Membership]:
    partners = {one.id: one for one in seen([member.partner for member in members])}
    return [
        Membership(
            member_id=one.pk,
            person_id=one.person_id,
            role=one.role,
            partner=partners[one.partner_id],
        )
        for one in members
    ]
