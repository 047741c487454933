"""What a trace tells of who had an entitlement, what happened to it, and what suspends it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedAssignment:
    """An assignment that has ended."""

    holder: str
    subject: str
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedMilestone:
    """Something that happened at the host's."""

    name: str
    reference: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedHold:
    """A hold that stands."""

    kind: str
    reference: str
    placed_at: datetime
    placed_by: str
