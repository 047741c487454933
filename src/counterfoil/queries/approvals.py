"""What waits for a second person, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import Approval, Purchase
from counterfoil.rules.approvals import ApprovalKind, Standing

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovalSeen:
    """One request, opened, and how it stands."""

    id: UUID
    kind: ApprovalKind
    subject: str
    asked: dict[str, object]
    requested_by: str
    requested_for: str
    requested_at: datetime
    expires_at: datetime
    standing: Standing
    decided_for: str
    decided_at: datetime | None
    comment: str


def waiting(*, now: datetime) -> Sequence[ApprovalSeen]:
    """Give what waits, the oldest first."""
    found = Approval.objects.waiting(now).order_by("requested_at", "id")
    return [_seen(one, now) for one in found[:PAGE]]


def decided(*, now: datetime, before: UUID | None = None) -> Sequence[ApprovalSeen]:
    """Give what was decided or has lapsed, the newest first, a page at a time."""
    found = Approval.objects.exclude(pk__in=Approval.objects.waiting(now).values("pk"))
    if before is not None:
        found = found.filter(pk__lt=before)
    return [_seen(one, now) for one in found.order_by("-pk")[:PAGE]]


def count_waiting(*, now: datetime, besides: str) -> int:
    """Count what waits for somebody other than whoever asked."""
    return Approval.objects.waiting(now).exclude(requested_by=besides).count()


def one_approval(approval_id: UUID, *, now: datetime) -> ApprovalSeen:
    """
    Give one request.

    :raises NotFound: if there is none of this id.
    """
    found = Approval.objects.filter(pk=approval_id).first()
    if found is None:
        raise NotFound("There is no such request.")
    return _seen(found, now)


def granted_for(request: ApprovalSeen) -> UUID | None:
    """Give the grant that came of a request, once there is one."""
    named = Purchase.objects.filter(connection=None, external_reference=f"grant-{request.subject}")
    return named.values_list("pk", flat=True).first()


def _seen(one: Approval, now: datetime) -> ApprovalSeen:
    return ApprovalSeen(
        id=one.pk,
        kind=ApprovalKind(one.kind),
        subject=one.subject,
        asked=one.parameters(),
        requested_by=one.requested_by,
        requested_for=one.requested_for,
        requested_at=one.requested_at,
        expires_at=one.expires_at,
        standing=one.standing(now),
        decided_for=one.decided_for,
        decided_at=one.decided_at,
        comment=one.comment,
    )
