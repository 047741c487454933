"""What we tell other systems of: the events, whose names never change once released."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

from counterfoil.rules.acts import Act


class EventType(StrEnum):
    """What happened, as ``<thing>.<what became of it>``."""

    ENTITLEMENT_MINTED = "entitlement.minted"
    ENTITLEMENT_ISSUED = "entitlement.issued"
    ENTITLEMENT_RESERVED = "entitlement.reserved"
    ENTITLEMENT_RELEASED = "entitlement.released"
    ENTITLEMENT_ASSIGNED = "entitlement.assigned"
    ENTITLEMENT_FULFILLED = "entitlement.fulfilled"
    ENTITLEMENT_UNASSIGNED = "entitlement.unassigned"
    ENTITLEMENT_TRANSFERRED = "entitlement.transferred"
    ENTITLEMENT_REPLACED = "entitlement.replaced"
    ENTITLEMENT_HELD = "entitlement.held"
    ENTITLEMENT_HOLD_LIFTED = "entitlement.hold_lifted"
    ENTITLEMENT_EXTENDED = "entitlement.extended"
    ENTITLEMENT_EXPIRING = "entitlement.expiring"
    ENTITLEMENT_REVOKED = "entitlement.revoked"
    ENTITLEMENT_REINSTATED = "entitlement.reinstated"
    ENTITLEMENT_CHANGED = "entitlement.changed"
    GIFT_SET = "gift.set"
    GIFT_CORRECTED = "gift.corrected"
    GIFT_OPENED = "gift.opened"
    GIFT_CLAIMED = "gift.claimed"
    GIFT_CANCELLED = "gift.cancelled"
    PURCHASE_PAID = "purchase.paid"
    PURCHASE_CHANGED = "purchase.changed"
    PURCHASE_REFUNDED = "purchase.refunded"
    PURCHASE_DISPUTED = "purchase.disputed"
    PURCHASE_CANCELLED = "purchase.cancelled"
    EXCEPTION_OPENED = "exception.opened"
    EXCEPTION_RESOLVED = "exception.resolved"
    PARTNER_OPENED = "partner.opened"
    PARTNER_ALLOTTED = "partner.allotted"
    PARTNER_RETURNED = "partner.returned"
    PARTNER_SUSPENDED = "partner.suspended"
    PARTNER_RESUMED = "partner.resumed"
    ENDPOINT_TESTED = "endpoint.tested"
    ENDPOINT_DISABLED = "endpoint.disabled"


WORDS: Mapping[EventType, str] = MappingProxyType(
    {
        EventType.ENTITLEMENT_MINTED: "A unit was made for print, and cannot be used yet.",
        EventType.ENTITLEMENT_ISSUED: "A unit was paid for or granted, and is valid.",
        EventType.ENTITLEMENT_RESERVED: "A unit is held for somebody until a time.",
        EventType.ENTITLEMENT_RELEASED: "A unit is held for nobody any more.",
        EventType.ENTITLEMENT_ASSIGNED: "Somebody has it: a code was redeemed, or it was assigned.",
        EventType.ENTITLEMENT_FULFILLED: "Account and subject are known, and the record was made.",
        EventType.ENTITLEMENT_UNASSIGNED: "Nobody has it any more, and it can be used again.",
        EventType.ENTITLEMENT_TRANSFERRED: "Another account has it now.",
        EventType.ENTITLEMENT_REPLACED: "It has another code; the old one stopped working.",
        EventType.ENTITLEMENT_HELD: "It is on hold and cannot be used until that is lifted.",
        EventType.ENTITLEMENT_HOLD_LIFTED: "A hold was lifted; there may be others.",
        EventType.ENTITLEMENT_EXTENDED: "Its validity ends at another time.",
        EventType.ENTITLEMENT_EXPIRING: "Its validity ends soon, as its terms define soon.",
        EventType.ENTITLEMENT_REVOKED: "It was withdrawn.",
        EventType.ENTITLEMENT_REINSTATED: "It was withdrawn and is valid again.",
        EventType.ENTITLEMENT_CHANGED: "Something else was done to it; `act` says what.",
        EventType.GIFT_SET: "It is to be given to somebody.",
        EventType.GIFT_CORRECTED: "It is to be given to another address; the old code stopped.",
        EventType.GIFT_OPENED: "Whoever it was given to has looked at it.",
        EventType.GIFT_CLAIMED: "Whoever it was given to has claimed it.",
        EventType.GIFT_CANCELLED: "It is not to be given any more.",
        EventType.PURCHASE_PAID: "An order was paid for, or paid for further.",
        EventType.PURCHASE_CHANGED: "An order was changed in another way.",
        EventType.PURCHASE_REFUNDED: "Money of an order went back.",
        EventType.PURCHASE_DISPUTED: "A dispute of an order was opened, or decided.",
        EventType.PURCHASE_CANCELLED: "An order was cancelled.",
        EventType.EXCEPTION_OPENED: "Something needs a person.",
        EventType.EXCEPTION_RESOLVED: "What needed a person is settled.",
        EventType.PARTNER_OPENED: "There is a new partner.",
        EventType.PARTNER_ALLOTTED: "A partner was given units to hand out.",
        EventType.PARTNER_RETURNED: "Units of a partner went back.",
        EventType.PARTNER_SUSPENDED: "A partner may not hand out, or its codes are on hold.",
        EventType.PARTNER_RESUMED: "A suspension of a partner is over.",
        EventType.ENDPOINT_TESTED: "Somebody asked for a test; only that endpoint is told.",
        EventType.ENDPOINT_DISABLED: "A webhook endpoint is not told any more.",
    }
)
"""What each means, in a sentence."""

OF_ACTS: Mapping[Act, EventType] = MappingProxyType(
    {
        Act.MINT: EventType.ENTITLEMENT_MINTED,
        Act.ISSUE: EventType.ENTITLEMENT_ISSUED,
        Act.GRANT: EventType.ENTITLEMENT_ISSUED,
        Act.ACTIVATE_AT_SALE: EventType.ENTITLEMENT_ISSUED,
        Act.RESERVE: EventType.ENTITLEMENT_RESERVED,
        Act.RENEW: EventType.ENTITLEMENT_RESERVED,
        Act.RELEASE: EventType.ENTITLEMENT_RELEASED,
        Act.REDEEM: EventType.ENTITLEMENT_ASSIGNED,
        Act.ASSIGN: EventType.ENTITLEMENT_ASSIGNED,
        Act.CONFIRM_FULFILMENT: EventType.ENTITLEMENT_FULFILLED,
        Act.UNASSIGN: EventType.ENTITLEMENT_UNASSIGNED,
        Act.TRANSFER: EventType.ENTITLEMENT_TRANSFERRED,
        Act.REPLACE_CODE: EventType.ENTITLEMENT_REPLACED,
        Act.PLACE_HOLD: EventType.ENTITLEMENT_HELD,
        Act.LIFT_HOLD: EventType.ENTITLEMENT_HOLD_LIFTED,
        Act.EXTEND: EventType.ENTITLEMENT_EXTENDED,
        Act.REVOKE: EventType.ENTITLEMENT_REVOKED,
        Act.REINSTATE: EventType.ENTITLEMENT_REINSTATED,
        Act.SET_GIFT: EventType.GIFT_SET,
        Act.CORRECT_RECIPIENT: EventType.GIFT_CORRECTED,
        Act.CANCEL_GIFT: EventType.GIFT_CANCELLED,
    }
)
"""The event of an entry, by its act; of all others it is :attr:`EventType.ENTITLEMENT_CHANGED`."""


def event_of(act: Act) -> EventType:
    """Give the event that tells of an entry; every entry has exactly one."""
    return OF_ACTS.get(act, EventType.ENTITLEMENT_CHANGED)


def moment(at: datetime) -> str:
    """Write a moment as events do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
