"""How printed batches stand, and what was done with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from counterfoil.errors import NotFound
from counterfoil.models import Approval, Batch, Entitlement, Job
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.lifecycle import HOLDER_STATES, State

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many units of a batch, or of a part of it, stand how. They add up to what was minted."""

    unsold: int
    sold: int
    used: int
    withdrawn: int

    @property
    def minted(self) -> int:
        """Give how many there are at all."""
        return self.unsold + self.sold + self.used + self.withdrawn


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchSeen:
    """One batch and its numbers."""

    batch: Batch
    counts: Counts
    file: str  # none, ready, fetched, gone


@dataclass(frozen=True, kw_only=True, slots=True)
class StepSeen:
    """One thing that was done with a batch, and by whom."""

    step: str
    at: datetime
    who: str
    comment: str
    data: Mapping[str, Any]


def batches(*, before: UUID | None = None, most: int = PAGE) -> Sequence[BatchSeen]:
    """Give batches, the newest first, a page at a time."""
    found = Batch.objects.select_related("product", "partner").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[:most])
    counts = _counts_of([batch.pk for batch in rows])
    return [BatchSeen(batch=one, counts=counts[one.pk], file="") for one in rows]


def one_batch(batch_id: UUID) -> BatchSeen:
    """
    Give one batch.

    :raises NotFound: if there is none of this id.
    """
    batch = Batch.objects.select_related("product", "partner").filter(pk=batch_id).first()
    if batch is None:
        raise NotFound("There is no such batch.")
    files = batch.print_files.order_by("-number").defer("content")
    last = files.first()
    file = "none"
    if last is not None:
        file = "fetched" if last.fetched_at else "ready"
    return BatchSeen(batch=batch, counts=_counts_of([batch.pk])[batch.pk], file=file)


def batch_of(name: str) -> UUID:
    """Give the id of the batch of this name; of none there is, one that nothing is in."""
    found = Batch.objects.filter(name=name).values_list("pk", flat=True).first()
    return found or UUID(int=0)


def counts_between(batch_id: UUID, first: int, last: int) -> Counts:
    """Count a part of a batch, by the numbers on the pieces."""
    units = Entitlement.objects.filter(batch=batch_id, batch_ordinal__range=(first, last))
    by_state = units.values("state").annotate(count=Count("pk"))
    return _added(dict(by_state.values_list("state", "count")))


def steps_of(batch: Batch) -> Sequence[StepSeen]:
    """Give what was done with a batch, the newest first."""
    return [
        StepSeen(
            step=one.step,
            at=one.at,
            who=one.actor_display or one.actor_id,
            comment=one.comment,
            data=one.data,
        )
        for one in batch.steps.order_by("-at", "-pk")
    ]


def waits_for(batch: Batch, *, now: datetime) -> UUID | None:
    """Give the request about this batch that waits for a second person."""
    asked = Approval.objects.waiting(now).filter(
        kind__in=[ApprovalKind.BATCH, ApprovalKind.PRINT_FILE], subject__startswith=str(batch.pk)
    )
    return asked.values_list("pk", flat=True).first()


def works_on(batch: Batch) -> UUID | None:
    """Give the job that mints this batch, or makes its file, as long as it is not done."""
    jobs = Job.objects.filter(
        kind=JobKind.MINT, key__startswith=str(batch.pk), finished_at__isnull=True
    )
    return jobs.values_list("pk", flat=True).first()


def _counts_of(batch_ids: Sequence[UUID]) -> dict[UUID, Counts]:
    rows = Entitlement.objects.filter(batch__in=batch_ids).values("batch", "state")
    found: dict[UUID, dict[str, int]] = {one: {} for one in batch_ids}
    for batch_id, state, count in rows.annotate(count=Count("pk")).values_list(
        "batch", "state", "count"
    ):
        found[batch_id][state] = count
    return {batch_id: _added(by_state) for batch_id, by_state in found.items()}


def _added(by_state: Mapping[str, int]) -> Counts:
    return Counts(
        unsold=by_state.get(State.MINTED, 0),
        sold=by_state.get(State.ISSUED, 0) + by_state.get(State.RESERVED, 0),
        used=sum(by_state.get(state, 0) for state in HOLDER_STATES),
        withdrawn=by_state.get(State.REVOKED, 0),
    )
