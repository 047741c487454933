"""What does somebody have, and what can they do with it?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet

from counterfoil.models import Account, Assignment, Transfer
from counterfoil.models.undoing import cut_off, held_since
from counterfoil.queries._hits import masked
from counterfoil.queries.bought_units import is_bought_by as is_bought_by
from counterfoil.queries.onboarding import Progress, progress_of
from counterfoil.rules.lifecycle import PublicState, State
from counterfoil.rules.terms import TransferPolicy

PAGE = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """
    One assignment as its holder sees it, and what they can do with it now.

    ``undo_until`` is set while it can be given back, or its subject corrected; ``cut_off_at`` is
    when something happened after which only staff may. ``offered_to`` is masked.
    """

    assignment_id: UUID
    entitlement_id: UUID
    handle: str
    product: str
    subject: str
    state: str
    since: datetime
    valid_until: datetime | None
    steps_left: int
    undo_until: datetime | None
    cut_off_at: datetime | None
    can_correct: bool
    can_offer: bool
    offer_days: int
    offer_id: UUID | None
    offered_to: str
    offered_until: datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether it is theirs still."""
        return self.state != "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class UsedPage:
    """One page of what somebody has, and had."""

    items: tuple[Used, ...]
    count: int
    page: int
    page_count: int


def used_by(account: Account, *, now: datetime, page: int = 1) -> UsedPage:
    """
    List what this account has, the newest first, and then what it had.

    A corrected subject, or something given back, leaves an assignment that is over; of those only
    the last of an entitlement that is not theirs any more is told.
    """
    held = _told().filter(account=account)
    current = held.filter(ended_at=None).values("entitlement_id")
    again = Assignment.objects.filter(account=account, entitlement__in=current)
    told = held.exclude(pk__in=again.filter(ended_at__isnull=False).values("pk"))
    count = told.count()
    pages = max(-(-count // PAGE), 1)
    page = min(max(page, 1), pages)
    ordered = told.order_by(F("ended_at").desc(nulls_first=True), "-started_at", "-pk")
    rows = list(ordered[(page - 1) * PAGE : page * PAGE])
    return UsedPage(items=tuple(_uses(rows, now)), count=count, page=page, page_count=pages)


def assignment_of(assignment_id: UUID, account: Account) -> Assignment | None:
    """Find one assignment of this account, ended or not, with all that is told about it."""
    return _told().filter(pk=assignment_id, account=account).first()


def use_of(assignment_id: UUID, account: Account, *, now: datetime) -> Used | None:
    """Find one assignment of this account as its holder sees it."""
    assignment = assignment_of(assignment_id, account)
    return None if assignment is None else _uses([assignment], now)[0]


def use_now(entitlement_id: UUID, account: Account, *, now: datetime) -> Used | None:
    """Find how this account has an entitlement now, or ``None`` if it does not."""
    assignment = _told().filter(entitlement=entitlement_id, account=account, ended_at=None).first()
    return None if assignment is None else _uses([assignment], now)[0]


def open_assignment(entitlement_id: UUID, account: Account) -> Assignment | None:
    """Find the assignment by which this account has an entitlement now."""
    return Assignment.objects.filter(
        entitlement=entitlement_id, account=account, ended_at=None
    ).first()


def _told() -> QuerySet[Assignment]:
    return Assignment.objects.select_related(
        "entitlement__product", "entitlement__terms", "subject"
    )


def _uses(assignments: Collection[Assignment], now: datetime) -> list[Used]:
    theirs = [one for one in assignments if one.ended_at is None]
    ids = [one.entitlement_id for one in theirs]
    since = held_since(ids)
    cut = cut_off([one.entitlement for one in theirs])
    open_ones = Transfer.objects.filter(entitlement__in=ids, ended_at=None, expires_at__gt=now)
    offers = {one.entitlement_id: one for one in open_ones.select_related("recipient")}
    steps = progress_of(list(assignments))
    return [_used(one, now, steps[one.pk], since, cut, offers) for one in assignments]


def _used(
    assignment: Assignment,
    now: datetime,
    progress: Progress,
    since: Mapping[UUID, datetime],
    cut: Mapping[UUID, datetime],
    offers: Mapping[UUID, Transfer],
) -> Used:
    one, terms = assignment.entitlement, assignment.entitlement.terms.terms
    standing, is_theirs = _standing(assignment, progress, now), assignment.ended_at is None
    at_rest = standing in ("ended", PublicState.NOT_AVAILABLE)
    is_cut = is_theirs and one.pk in cut
    start = since.get(one.pk, assignment.started_at) if is_theirs else assignment.started_at
    until = start + timedelta(hours=terms.undo_hours)
    may_undo = not at_rest and not is_cut and now <= until
    usable = not at_rest and standing != PublicState.EXPIRED
    offer = offers.get(one.pk) if is_theirs else None
    return Used(
        assignment_id=assignment.pk,
        entitlement_id=one.pk,
        handle=one.handle,
        product=one.product.name,
        subject=str(assignment.subject) if assignment.subject else "",
        state=standing,
        since=start,
        valid_until=one.expires_at,
        steps_left=progress.left,
        undo_until=until if may_undo else None,
        cut_off_at=cut[one.pk] if is_cut else None,
        can_correct=may_undo and usable and assignment.subject_id is not None,
        can_offer=usable
        and not is_cut
        and offer is None
        and terms.transfer_policy is TransferPolicy.HOLDER,
        offer_days=terms.offer_days,
        offer_id=offer.pk if offer else None,
        offered_to=masked(offer.recipient) if offer else "",
        offered_until=offer.expires_at if offer else None,
    )


def _standing(assignment: Assignment, progress: Progress, now: datetime) -> str:
    one = assignment.entitlement
    if assignment.ended_at is not None:
        return "ended"
    if one.public_state(now) is PublicState.NOT_AVAILABLE:
        return PublicState.NOT_AVAILABLE.value
    if one.expires_at is not None and one.expires_at <= now:
        return PublicState.EXPIRED.value
    if progress.next is not None:
        return "subject_needed" if progress.only_subject else "steps_needed"
    return "ready" if one.state == State.FULFILLED else "setting_up"
