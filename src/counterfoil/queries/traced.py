"""What a trace tells: plain facts for staff, with people masked and never a code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from counterfoil.queries._aside import (
    TracedAttempt,
    TracedDelivery,
    TracedException,
    TracedMessage,
    TracedNote,
)
from counterfoil.queries._held import TracedAssignment, TracedHold, TracedMilestone
from counterfoil.queries._steps import TracedStep
from counterfoil.queries._wishes import TracedWish
from counterfoil.queries.gifts import TracedGift
from counterfoil.rules.lifecycle import PublicState, State


class EventKind(StrEnum):
    """Where an event of the timeline comes from."""

    ACT = "act"
    ORDER = "order"
    MONEY = "money"
    DELIVERY = "delivery"
    ATTEMPT = "attempt"
    MESSAGE = "message"
    EXCEPTION = "exception"
    NOTE = "note"
    APPROVAL = "approval"
    READING = "reading"
    DOWNSTREAM = "downstream"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """
    One line of the story.

    ``name`` is the act, or what happened to the thing (``paid``, ``refund_failed``, ``bounced``).
    ``units`` are handles, and empty where the purchase as a whole is meant. ``marks`` name the rows
    it tells of: entries, a note, a case; by these a page can be opened at them.
    """

    at: datetime
    kind: EventKind
    name: str
    what: str
    who: str
    who_kind: str = ""
    reason: str = ""
    comment: str = ""
    units: tuple[str, ...] = ()
    amount: int | None = None
    currency: str = ""
    details: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedGrant:
    """Why something was given without a sale."""

    category: str
    reason: str
    reference: str
    approved_by: str
    issued_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedPurchase:
    """The purchase itself. ``refunded`` is what went back for good, ``number`` what people say."""

    id: UUID
    kind: str
    reference: str
    number: str
    path: str
    channel: str
    connection: str
    payment: str
    payment_reference: str
    buyer: str
    buyer_id: UUID | None
    currency: str
    amount: int
    refunded: int
    is_test: bool
    created_at: datetime
    paid_at: datetime | None
    cancelled_at: datetime | None
    state_as_of: datetime
    grant: TracedGrant | None
    partner: str = ""
    partner_slug: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedLine:
    """One line, and how many entitlements it was paid for; ``units_owed`` are still to come."""

    reference: str
    product: str
    quantity: int
    unit_amount: int
    amount: int
    units_paid: int
    units_withdrawn: int
    units_owed: int
    wish: TracedWish | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedProvisioning:
    """Whether the downstream record is as it should be."""

    wanted: str
    got: str
    attempts: int
    parked_at: datetime | None
    last_error: str
    reference: str

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.wanted == self.got


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedUnit:
    """One entitlement: ``position`` counts from 1, ``decision`` is what a refund means for it."""

    id: UUID
    handle: str
    position: int
    product: str
    state: State
    public_state: PublicState
    flags: tuple[str, ...]
    version: int
    held_count: int
    is_test: bool
    batch: str
    batch_ordinal: int | None
    expires_at: datetime | None
    reserved_until: datetime | None
    reserved_for: str
    last_four: str
    code_state: str
    replaced_count: int
    holder: str
    holder_id: UUID | None
    held_since: datetime | None
    needs_subject: bool
    subject: str
    offered_to: str
    offered_until: datetime | None
    held_before: tuple[TracedAssignment, ...]
    milestones: tuple[TracedMilestone, ...]
    provisioning: TracedProvisioning | None
    holds: tuple[TracedHold, ...]
    gift: TracedGift | None
    steps: tuple[TracedStep, ...] = ()
    partner: str = ""
    partner_slug: str = ""
    decision: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedMoney:
    """A refund or a dispute; ``decisions`` counts what a refund meant for entitlements."""

    at: datetime
    kind: str
    reference: str
    amount: int
    currency: str
    status: str
    reason: str = ""
    closed_at: datetime | None = None
    decisions: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """
    The whole story of a purchase, or of an entitlement that belongs to none yet.

    Entitlements come in pages; ``counts`` are those of all of them. The timeline is the newest
    first, and tells of the entitlements of this page and of the purchase as a whole.
    """

    purchase: TracedPurchase | None
    lines: tuple[TracedLine, ...]
    units: tuple[TracedUnit, ...]
    counts: Mapping[State, int]
    page: int
    page_count: int
    money: tuple[TracedMoney, ...]
    deliveries: tuple[TracedDelivery, ...]
    attempts: tuple[TracedAttempt, ...]
    messages: tuple[TracedMessage, ...]
    exceptions: tuple[TracedException, ...]
    notes: tuple[TracedNote, ...]
    timeline: tuple[Event, ...]

    @property
    def unit_count(self) -> int:
        """Count the entitlements of the whole purchase."""
        return sum(self.counts.values())
