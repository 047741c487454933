"""Which bulk acts are there, and what became of each entitlement of one?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from counterfoil.errors import NotFound
from counterfoil.models import Approval, Bulk, BulkItem, BulkStatus, Entry, Job
from counterfoil.queries._hits import reference_of
from counterfoil.queries.bulk_words import problem_told
from counterfoil.rules.acts import Act
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.bulk import BULK, BulkRule, Outcome, Stands

BULKS, ITEMS = 25, 100
_ABOUT = ("entitlement__purchase__grantrecord", "entitlement__product")
_ORDER = [one.value for one in Stands]


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkSeen:
    """A bulk act as it is told of: how many there are of each sort, and of each outcome."""

    id: UUID
    act: Act
    parameters: Mapping[str, Any]
    selection: Mapping[str, Any]
    reason: str
    comment: str
    case: str
    status: str
    requested_by: str
    requested_for: str
    created_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    sorts: Mapping[Stands, int]
    outcomes: Mapping[str, int]
    job: Job | None
    approval: Approval | None
    inverse_of: UUID | None
    inverse: UUID | None

    @property
    def rule(self) -> BulkRule:
        """Say what its act does with what."""
        return BULK[self.act]

    @property
    def total(self) -> int:
        """Give how many entitlements it is about."""
        return sum(self.sorts.values())

    @property
    def is_running(self) -> bool:
        """Tell whether it is at work, or about to be."""
        unfinished = self.job is not None and self.job.finished_at is None
        return self.status == BulkStatus.CONFIRMED and unfinished

    @property
    def is_halted(self) -> bool:
        """Tell whether its work was stopped, or failed."""
        return self.status == BulkStatus.CONFIRMED and not self.is_running

    @property
    def can_be_inverted(self) -> bool:
        """Tell whether there is something to take back, and a way to."""
        ended = self.status == BulkStatus.DONE or self.is_halted
        has_way = self.rule.inverse is not None and self.inverse is None
        return ended and has_way and bool(self.outcomes.get(Outcome.DONE))


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemSeen:
    """One entitlement: how it stood, what became of it, and the entry about that, if there is."""

    number: int
    handle: str
    order: str
    product: str
    stands: str
    outcome: str
    problem: str
    done_at: datetime | None
    seq: int


def bulks(*, before: UUID | None = None) -> Sequence[BulkSeen]:
    """Give a page of bulk acts, the newest first; those that were discarded are left out."""
    found = _bulks().exclude(status=BulkStatus.DISCARDED).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    return [_seen(one) for one in found[:BULKS]]


def one_bulk(bulk_id: UUID) -> BulkSeen:
    """
    Give one bulk act.

    :raises NotFound: if there is none.
    """
    found = _bulks().filter(pk=bulk_id).first()
    if found is None:
        raise NotFound("There is no such bulk act.")
    return _seen(found)


def items_of(
    bulk_id: UUID, *, stands: str = "", outcome: str = "", after: int = 0, most: int = ITEMS
) -> Sequence[ItemSeen]:
    """Give a page of the items of a bulk act, of one sort or outcome if that is named."""
    found = BulkItem.objects.filter(bulk=bulk_id, number__gt=after).order_by("number")
    if stands:
        found = found.filter(standing=stands)
    if outcome:
        found = found.filter(outcome=outcome)
    rows = list(found.select_related(*_ABOUT)[:most])
    entries = Entry.objects.filter(
        act=bulk_id, entitlement__in=[one.entitlement_id for one in rows]
    )
    written = dict(entries.values_list("entitlement_id", "seq"))
    return [_item(one, written.get(one.entitlement_id, 0)) for one in rows]


def _bulks() -> QuerySet[Bulk]:
    return Bulk.objects.select_related("job")


def _seen(one: Bulk) -> BulkSeen:
    asked = Approval.objects.filter(kind=ApprovalKind.BULK, subject=str(one.pk)).first()
    inverses = one.inverses.exclude(status=BulkStatus.DISCARDED)
    counted = one.items.values_list("standing", "outcome").annotate(n=Count("pk"))
    sorts: dict[Stands, int] = {}
    outcomes: dict[str, int] = {}
    for stands, outcome, count in sorted(counted, key=lambda it: _ORDER.index(it[0])):
        sorts[Stands(stands)] = sorts.get(Stands(stands), 0) + count
        outcomes[outcome] = outcomes.get(outcome, 0) + count
    return BulkSeen(
        id=one.pk,
        act=Act(one.act),
        parameters=one.parameters,
        selection=one.selection,
        reason=one.reason,
        comment=one.comment,
        case=one.case,
        status=one.status,
        requested_by=one.requested_by,
        requested_for=one.requested_for,
        created_at=one.created_at,
        confirmed_at=one.confirmed_at,
        finished_at=one.finished_at,
        sorts=sorts,
        outcomes=outcomes,
        job=one.job,
        approval=asked,
        inverse_of=one.inverse_of_id,
        inverse=inverses.values_list("pk", flat=True).first(),
    )


def _item(one: BulkItem, seq: int) -> ItemSeen:
    unit = one.entitlement
    return ItemSeen(
        number=one.number,
        handle=unit.handle,
        order=reference_of(unit.purchase) if unit.purchase else "",
        product=unit.product.name,
        stands=one.standing,
        outcome=one.outcome,
        problem=problem_told(one.outcome, one.standing, one.problem),
        done_at=one.done_at,
        seq=seq,
    )
