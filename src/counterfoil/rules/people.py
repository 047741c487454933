"""Who acts, and for whom: the two words every operation takes."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """What sort of hand moved."""

    CUSTOMER = "customer"
    OPERATOR = "operator"
    PARTNER = "partner"
    CHANNEL = "channel"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """
    Whoever an act is attributed to.

    ``id`` is a pseudonymous reference that stays true when people change their names; ``display``
    is what support reads, and never holds a customer's name or address.
    """

    kind: ActorKind
    id: str
    display: str = ""


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="system", display="Counterfoil")


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignee:
    """Whom an entitlement is for: an account, and the subject if it is known already."""

    account_id: UUID
    subject_id: UUID | None = None
