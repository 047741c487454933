"""What did somebody buy, and what do they have?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from counterfoil.models import Account, Assignment, Code, CodeState, Entitlement, Purchase
from counterfoil.queries.onboarding import Progress, progress_of
from counterfoil.rules.codes import CodeForm
from counterfoil.rules.lifecycle import CODE_STATES, PublicState, State

MOST = 100  # purchases, and assignments, on one page; the newest


@dataclass(frozen=True, kw_only=True, slots=True)
class BoughtItem:
    """One entitlement as its buyer sees it."""

    entitlement_id: UUID
    handle: str
    product: str
    state: PublicState
    last_four: str
    long: bool
    waiting_until: datetime | None
    valid_until: datetime | None
    claimed_at: datetime | None
    can_reveal: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Bought:
    """One purchase as its buyer sees it; a grant has no currency."""

    reference: str
    at: datetime
    total_minor: int
    currency: str
    is_test: bool
    items: tuple[BoughtItem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """One assignment as its holder sees it."""

    assignment_id: UUID
    entitlement_id: UUID
    product: str
    subject: str
    state: str
    since: datetime
    valid_until: datetime | None
    steps_left: int = 0


def bought_by(account: Account, *, now: datetime) -> list[Bought]:
    """List what this account bought, or the person behind it before there was an account."""
    live = Code.objects.filter(state=CodeState.LIVE).only(
        "entitlement_id", "last_four", "ciphertext"
    )
    held = Assignment.objects.filter(ended_at=None)
    units = (
        Entitlement.objects.select_related("product", "terms")
        .order_by("line_id", "ordinal")
        .prefetch_related(
            Prefetch("codes", live, to_attr="live_codes"),
            Prefetch("assignments", held, to_attr="open_assignments"),
        )
    )
    purchases = (
        Purchase.objects.filter(_bought(account))
        .exclude(entitlements=None)
        .distinct()
        .prefetch_related(Prefetch("entitlements", units))
        .order_by("-created_at", "-pk")[:MOST]
    )
    return [
        Bought(
            reference=purchase.called,
            at=purchase.paid_at or purchase.created_at,
            total_minor=purchase.amount_total,
            currency=purchase.currency if purchase.kind == "sale" else "",
            is_test=purchase.is_test,
            items=tuple(_items(purchase.entitlements.all(), now)),
        )
        for purchase in purchases
    ]


def used_by(account: Account, *, now: datetime) -> list[Used]:
    """List what this account has, and had."""
    assignments = list(_told().filter(account=account).order_by("-started_at", "-pk")[:MOST])
    progress = progress_of(assignments)
    return [_used(assignment, progress[assignment.pk], now) for assignment in assignments]


def assignment_of(assignment_id: UUID, account: Account) -> Assignment | None:
    """Find one assignment of this account, ended or not, with all that is told about it."""
    return _told().filter(pk=assignment_id, account=account).first()


def use_of(assignment_id: UUID, account: Account, *, now: datetime) -> Used | None:
    """Find one assignment of this account as its holder sees it."""
    assignment = assignment_of(assignment_id, account)
    if assignment is None:
        return None
    return _used(assignment, progress_of([assignment])[assignment.pk], now)


def open_assignment(entitlement_id: UUID, account: Account) -> Assignment | None:
    """Find the assignment by which this account has an entitlement now."""
    return Assignment.objects.filter(
        entitlement=entitlement_id, account=account, ended_at=None
    ).first()


def is_bought_by(entitlement_id: UUID, account: Account) -> bool:
    """Tell whether this account bought that entitlement."""
    return Purchase.objects.filter(_bought(account), entitlements=entitlement_id).exists()


def _told() -> QuerySet[Assignment]:
    return Assignment.objects.select_related(
        "entitlement__product", "entitlement__terms", "subject"
    )


def _bought(account: Account) -> Q:
    bought = Q(account=account)
    if account.person_id is not None:
        bought |= Q(buyer=account.person_id)
    return bought


def _items(entitlements: Iterable[Entitlement], now: datetime) -> Iterator[BoughtItem]:
    for one in entitlements:
        codes: list[Code] = getattr(one, "live_codes", [])
        assignments: list[Assignment] = getattr(one, "open_assignments", [])
        code = codes[0] if codes and one.state in CODE_STATES else None
        state = one.public_state(now)
        readable = code is not None and code.ciphertext is not None
        yield BoughtItem(
            entitlement_id=one.pk,
            handle=one.handle,
            product=one.product.name,
            state=state,
            last_four=code.last_four if code else "",
            long=one.terms.terms.code_form is CodeForm.LONG,
            waiting_until=one.reserved_until if state is PublicState.WAITING else None,
            valid_until=one.expires_at,
            claimed_at=assignments[0].started_at if assignments else None,
            can_reveal=readable and state in (PublicState.READY, PublicState.WAITING),
        )


def _used(assignment: Assignment, progress: Progress, now: datetime) -> Used:
    one = assignment.entitlement
    return Used(
        assignment_id=assignment.pk,
        entitlement_id=one.pk,
        product=one.product.name,
        subject=str(assignment.subject) if assignment.subject else "",
        state=_standing(assignment, progress, now),
        since=assignment.started_at,
        valid_until=one.expires_at,
        steps_left=progress.left,
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
