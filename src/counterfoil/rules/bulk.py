"""
Acting on many entitlements at once: which acts, what may stand against each, what undoes them.

A preview sorts what was chosen by how it stands. Of each act it says which it takes unless told
otherwise, which only if told to, and which are as wanted already; all others are refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from counterfoil.rules.acts import Act
from counterfoil.rules.permissions import Permission, permission_for


class Stands(StrEnum):
    """How an entitlement stands, as far as a bulk act is concerned; kept, so values stay."""

    UNASSIGNED = "unassigned"
    RESERVED = "reserved"
    GIVEN = "given"
    MINTED = "minted"
    PRINTED = "printed"
    ASSIGNED = "assigned"
    ON_HOLD = "on_hold"
    ASSIGNED_ON_HOLD = "assigned_on_hold"
    EXPIRED = "expired"
    REVOKED = "revoked"
    VALID = "valid"
    SHORTENED = "shortened"
    SAME_END = "same_end"
    WAS_ASSIGNED = "was_assigned"
    REFUNDED = "refunded"
    REVOKED_OTHERWISE = "revoked_otherwise"
    NOT_REVOKED = "not_revoked"
    CHANGED_SINCE = "changed_since"
    HELD_SO = "held_so"
    HELD_OTHERWISE = "held_otherwise"
    NOT_HELD = "not_held"
    NOT_RESERVED = "not_reserved"
    NO_ADDRESS = "no_address"
    GIFT_WAITING = "gift_waiting"
    UNREADABLE = "unreadable"
    FREE = "free"
    NOT_FREE = "not_free"
    THERE_ALREADY = "there_already"
    ELSEWHERE = "elsewhere"


class Outcome(StrEnum):
    """What became of an item; ``moved`` are those that no longer stood as they were shown."""

    DONE = "done"
    UNCHANGED = "unchanged"
    LEFT = "left"
    MOVED = "moved"
    REFUSED = "refused"


PROBLEMS = frozenset({Outcome.MOVED, Outcome.REFUSED})


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkRule:
    """What an act does with each sort; ``inverse`` is the act that takes it back, if one does."""

    takes: tuple[Stands, ...]
    may_take: tuple[Stands, ...] = ()
    unchanged: tuple[Stands, ...] = ()
    inverse: Act | None = None

    @property
    def doable(self) -> tuple[Stands, ...]:
        """Give every sort it can be done to."""
        return self.takes + self.may_take


BULK: Mapping[Act, BulkRule] = MappingProxyType(
    {
        Act.REVOKE: BulkRule(
            takes=(Stands.UNASSIGNED, Stands.MINTED),
            may_take=(
                Stands.RESERVED,
                Stands.GIVEN,
                Stands.ASSIGNED,
                Stands.ON_HOLD,
                Stands.ASSIGNED_ON_HOLD,
            ),
            unchanged=(Stands.REVOKED,),
            inverse=Act.REINSTATE,
        ),
        Act.REINSTATE: BulkRule(
            takes=(Stands.REVOKED, Stands.WAS_ASSIGNED),
            may_take=(Stands.REFUNDED,),
            unchanged=(Stands.NOT_REVOKED,),
            inverse=Act.REVOKE,
        ),
        Act.EXTEND: BulkRule(
            takes=(Stands.VALID, Stands.EXPIRED),
            may_take=(Stands.ASSIGNED, Stands.SHORTENED),
            unchanged=(Stands.SAME_END,),
            inverse=Act.EXTEND,
        ),
        Act.PLACE_HOLD: BulkRule(
            takes=(Stands.UNASSIGNED, Stands.RESERVED, Stands.MINTED),
            may_take=(Stands.ASSIGNED, Stands.ON_HOLD),
            inverse=Act.LIFT_HOLD,
        ),
        Act.LIFT_HOLD: BulkRule(
            takes=(Stands.HELD_SO,), unchanged=(Stands.NOT_HELD,), inverse=Act.PLACE_HOLD
        ),
        Act.RESEND_CODE: BulkRule(takes=(Stands.UNASSIGNED, Stands.RESERVED, Stands.GIVEN)),
        Act.RELEASE: BulkRule(takes=(Stands.RESERVED,), unchanged=(Stands.NOT_RESERVED,)),
        Act.REPLACE_CODE: BulkRule(
            takes=(Stands.UNASSIGNED, Stands.RESERVED), may_take=(Stands.GIVEN, Stands.PRINTED)
        ),
        Act.ALLOT: BulkRule(
            takes=(Stands.FREE,), unchanged=(Stands.THERE_ALREADY,), inverse=Act.RETURN_TO_POOL
        ),
        Act.RETURN_TO_POOL: BulkRule(
            takes=(Stands.FREE,), unchanged=(Stands.THERE_ALREADY,), inverse=Act.ALLOT
        ),
    }
)
"""The acts that can be done to many at once, in the order they are offered in."""


def bulk_permission(act: Act) -> Permission:
    """Say which permission an act on many needs, beside the one to act on many at all."""
    return Permission.ALLOT if act is Act.RETURN_TO_POOL else permission_for(act)
