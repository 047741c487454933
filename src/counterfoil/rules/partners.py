"""What those who act for a partner may do, and how they say which entitlements they mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

MOST_AT_ONCE = 10_000  # entitlements in one request of a partner
DEEPEST = 5  # partners from the first to the last below it


class PartnerRight(StrEnum):
    """One thing somebody may do for a partner."""

    LOOK = "look"
    HAND_OUT = "hand_out"
    HAND_ON = "hand_on"
    GIVE_BACK = "give_back"
    EXPORT = "export"
    PRINT_CARDS = "print_cards"
    MANAGE_MEMBERS = "manage_members"


RIGHTS: Mapping[str, frozenset[PartnerRight]] = MappingProxyType(
    {
        "operator": frozenset({PartnerRight.LOOK, PartnerRight.HAND_OUT}),
        "admin": frozenset(PartnerRight),
    }
)
"""What comes with each role of a member. Only admins see whole addresses: those in an export."""

KEY_RIGHTS = frozenset(PartnerRight) - {PartnerRight.MANAGE_MEMBERS}
"""What a partner's API key may do at most; its scopes narrow it. People are for people."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """The pieces of a printed batch from one number to another, both included."""

    batch_id: UUID
    first: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """
    Which entitlements of a partner are meant: so many of a pool, or these, or these numbers.

    A pool is an allotment, or whatever there is of a product; only a number of pieces needs one.
    """

    product_id: UUID | None = None
    allotment_id: UUID | None = None
    quantity: int | None = None
    entitlement_ids: tuple[UUID, ...] = ()
    numbers: Numbers | None = None

    @property
    def count(self) -> int:
        """Give how many are meant."""
        if self.quantity is not None:
            return self.quantity
        if self.numbers is not None:
            return self.numbers.last - self.numbers.first + 1
        return len(set(self.entitlement_ids))

    @property
    def is_sound(self) -> bool:
        """Tell whether it says in exactly one way which ones, and can mean any."""
        ways = [self.quantity is not None, bool(self.entitlement_ids), self.numbers is not None]
        has_pool = self.product_id is not None or self.allotment_id is not None
        return (
            ways.count(True) == 1
            and (self.quantity is None or has_pool)
            and (self.numbers is None or self.numbers.first >= 1)
            and 1 <= self.count <= MOST_AT_ONCE
        )


def may(role: str, right: PartnerRight) -> bool:
    """Tell whether this role includes it; whoever has no role may do nothing."""
    return right in RIGHTS.get(role, frozenset())
