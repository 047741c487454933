"""What a trace tells of around the entitlements: mails, attempts, messages, cases and notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedDelivery:
    """One mail; ``status`` is queued, sent, bounced, parked or unneeded."""

    id: UUID
    at: datetime
    kind: str
    to: str
    status: str
    attempts: int
    last_error: str
    handle: str
    created_at: datetime
    to_id: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedAttempt:
    """One presentation of a code that led here, with the precise outcome."""

    at: datetime
    outcome: str
    last_four: str
    surface: str
    network: str
    handle: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedMessage:
    """One message of the channel about this order."""

    at: datetime
    topic: str
    message_id: str
    outcome: str
    last_error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedException:
    """Something about this purchase that needs, or needed, a person."""

    id: UUID
    at: datetime
    kind: str
    key: str
    evidence: Mapping[str, Any]
    resolved_at: datetime | None
    resolved_by: str
    outcome: str
    owner: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedNote:
    """What a colleague wrote down; about the purchase as a whole where there is no ``handle``."""

    id: UUID
    at: datetime
    text: str
    reference: str
    author: str
    handle: str
    case_id: UUID | None
