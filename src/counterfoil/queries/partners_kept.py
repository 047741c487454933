"""Partners as colleagues look after them: all of them, their keys, and what was done with each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as later

from counterfoil.errors import NotFound
from counterfoil.models import (
    ApiKey,
    Approval,
    AuditEntry,
    Connection,
    Job,
    Partner,
    PartnerMember,
    Purchase,
)
from counterfoil.queries._filters import Filter, Part, choice, flag, text
from counterfoil.queries.allotments import Counts, counts_of_all
from counterfoil.queries.partners import PartnerSeen, seen
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.jobs import JobKind

NOTES = 30
MOST_WAITING = 100


STANDINGS = {
    "active": later("active"),
    "suspended": later("suspended"),
    "codes": later("suspended, codes on hold"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerFilter(Filter):
    """Which partners; what is empty narrows nothing down."""

    PARTS: ClassVar[tuple[Part, ...]] = (
        choice("standing", later("How it stands"), STANDINGS),
        flag("top", later("Has nobody above it")),
        text("name", later("Name has in it")),
    )

    standing: str = ""
    top: bool | None = None
    name: str = ""

    def rows(self, *, now: datetime) -> QuerySet[Partner]:
        """Give them, in no order; one below a suspended partner is suspended with it."""
        found = Partner.objects.all()
        if self.standing:
            fits = [one.id for one in seen(list(found)) if self._stands(one)]
            found = found.filter(pk__in=fits)
        if self.top is not None:
            found = found.filter(parent__isnull=self.top)
        if self.name:
            found = found.filter(Q(name__icontains=self.name) | Q(slug__icontains=self.name))
        return found

    def _stands(self, one: PartnerSeen) -> bool:
        if self.standing == "active":
            return not one.suspension
        return one.suspension == "codes" if self.standing == "codes" else bool(one.suspension)


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerInList:
    """One partner among others."""

    partner: PartnerSeen
    counts: Counts
    members: int
    depth: int

    @property
    def id(self) -> UUID:
        """Give what it is known by."""
        return self.partner.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """One thing staff, or the partner's own people, did with a partner."""

    act: str
    who: str
    at: datetime
    data: Mapping[str, Any]


def all_partners() -> Sequence[PartnerInList]:
    """Give all partners by name, those below another right after it."""
    partners = list(Partner.objects.select_related("parent"))
    counts = counts_of_all()
    members = dict(
        PartnerMember.objects.filter(ended_at=None)
        .values_list("partner")
        .annotate(count=Count("pk"))
    )
    below: dict[UUID | None, list[PartnerSeen]] = {}
    for one in seen(partners):
        below.setdefault(one.parent_id, []).append(one)

    def listed(parent: UUID | None, depth: int) -> Sequence[PartnerInList]:
        rows: list[PartnerInList] = []
        for one in below.get(parent, ()):
            row = PartnerInList(
                partner=one,
                counts=counts.get(one.id, Counts()),
                members=members.get(one.id, 0),
                depth=depth,
            )
            rows += [row, *listed(one.id, depth + 1)]
        return rows

    return listed(None, 0)


def partners_in_list(ids: Sequence[UUID], *, now: datetime) -> Sequence[PartnerInList]:
    """Read these by name, those below another after it."""
    wanted = set(ids)
    return [one for one in all_partners() if one.id in wanted]


def partners_page(
    narrowed: PartnerFilter, *, now: datetime, after: str | None, limit: int
) -> tuple[Sequence[PartnerInList], str | None]:
    """
    Give a page of those that fit, by name, those below another after it, and where the next begins.

    The place is a partner, by its short name, wherever it stands among all: also one that does not
    fit any more.

    :raises NotFound: if there is no such partner.
    """
    every = all_partners()
    names = [one.partner.slug for one in every]
    if after is not None and after not in names:
        raise NotFound("There is no such partner.")
    rest = every if after is None else every[names.index(after) + 1 :]
    fits = set(narrowed.rows(now=now).values_list("pk", flat=True))
    found = [one for one in rest if one.id in fits]
    return found[:limit], found[limit - 1].partner.slug if len(found) > limit else None


def keys_of(partner_id: UUID) -> Sequence[ApiKey]:
    """Give the keys of a partner that were not revoked; nothing of a key can be read of them."""
    return list(ApiKey.objects.filter(partner=partner_id, revoked_at=None).order_by("name"))


def connections_of(partner_id: UUID) -> Sequence[Connection]:
    """Give the connections through which is bought what becomes a partner's."""
    return list(Connection.objects.filter(partner=partner_id).order_by("name"))


def notes_of(slug: str) -> Sequence[Noted]:
    """Give what was done with a partner, the newest first."""
    found = AuditEntry.objects.filter(subject=f"partner:{slug}", connection=None)
    return [
        Noted(act=one.act, who=one.actor_display or one.actor_id, at=one.at, data=one.data)
        for one in found.order_by("-at", "-pk")[:NOTES]
    ]


def waits_for(slug: str) -> Sequence[UUID]:
    """Give the allotments to a partner that wait for a second person."""
    asked = Approval.objects.filter(kind=ApprovalKind.ALLOTMENT, decided_at=None)
    newest = asked.order_by("-requested_at")[:MOST_WAITING]
    return [one.pk for one in newest if one.parameters().get("partner") == slug]


def works_on(partner_id: UUID) -> UUID | None:
    """Give the job that issues to a partner, or holds its codes, as long as it is not done."""
    issuing = Purchase.objects.filter(partner=partner_id, issuing__isnull=False)
    granted = [str(pk) for pk in issuing.values_list("pk", flat=True)]
    works = Q(kind=JobKind.GRANT, key__in=granted)
    works |= Q(kind=JobKind.SUSPENSION, key__startswith=str(partner_id))
    return Job.objects.filter(works, finished_at=None).values_list("pk", flat=True).first()
