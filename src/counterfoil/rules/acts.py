"""The acts: what can be done to entitlements, by the names the ledger keeps."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.rules.lifecycle import CODE_STATES, HOLDER_STATES, State


class Act(StrEnum):
    """The name an entry carries for what was done."""

    ISSUE = "issue"
    GRANT = "grant"
    MINT = "mint"
    ACTIVATE_AT_SALE = "activate_at_sale"
    REDEEM = "redeem"
    ASSIGN = "assign"
    COMPLETE_SUBJECT = "complete_subject"
    CONFIRM_FULFILMENT = "confirm_fulfilment"
    CONFIRM_REMOVAL = "confirm_removal"
    UNASSIGN = "unassign"
    REPLACE_CODE = "replace_code"
    REVEAL_CODE = "reveal_code"
    COLLECT_CODES = "collect_codes"
    REVOKE = "revoke"
    REINSTATE = "reinstate"
    PLACE_HOLD = "place_hold"
    LIFT_HOLD = "lift_hold"
    EXTEND = "extend"
    SET_GIFT = "set_gift"
    CANCEL_GIFT = "cancel_gift"
    CORRECT_RECIPIENT = "correct_recipient"
    RESEND_CODE = "resend_code"
    RESERVE = "reserve"
    RENEW = "renew"
    RELEASE = "release"
    ALLOT = "allot"
    RETURN_TO_POOL = "return_to_pool"
    COMPLETE_STEP = "complete_step"
    DECLINE_STEP = "decline_step"
    CORRECT_SUBJECT = "correct_subject"
    OFFER_TRANSFER = "offer_transfer"
    DECLINE_TRANSFER = "decline_transfer"
    CANCEL_TRANSFER = "cancel_transfer"
    LAPSE_TRANSFER = "lapse_transfer"
    TRANSFER = "transfer"
    RETRY_PROVISIONING = "retry_provisioning"
    RECORD_MILESTONE = "record_milestone"
    MERGE_ACCOUNTS = "merge_accounts"
    DECIDE_REFUND = "decide_refund"
    CORRECT_BUYER = "correct_buyer"


ANY = frozenset(State)
WITHDRAWABLE = ANY - {State.REVOKED}
GIVEABLE = frozenset({State.ISSUED, State.RESERVED})
GIVING = frozenset({Act.SET_GIFT, Act.CANCEL_GIFT, Act.CORRECT_RECIPIENT, Act.RESEND_CODE})

ALLOWED: Mapping[Act, frozenset[State]] = MappingProxyType(
    {
        Act.ASSIGN: frozenset({State.ISSUED, State.RESERVED}),
        Act.COMPLETE_SUBJECT: frozenset({State.ASSIGNED}),
        Act.UNASSIGN: HOLDER_STATES,
        Act.REPLACE_CODE: CODE_STATES,
        Act.REVEAL_CODE: CODE_STATES,
        Act.REVOKE: WITHDRAWABLE,
        Act.REINSTATE: frozenset({State.REVOKED}),
        Act.PLACE_HOLD: ANY,
        Act.LIFT_HOLD: ANY,
        Act.EXTEND: WITHDRAWABLE,
        Act.CORRECT_SUBJECT: HOLDER_STATES,
        Act.TRANSFER: HOLDER_STATES,
        Act.RESERVE: frozenset({State.ISSUED}),
        Act.RELEASE: frozenset({State.RESERVED}),
        Act.RETRY_PROVISIONING: ANY,
        Act.SET_GIFT: frozenset({State.ISSUED}),
        Act.CORRECT_RECIPIENT: GIVEABLE,
        Act.RESEND_CODE: GIVEABLE,
        Act.CANCEL_GIFT: GIVEABLE,
        Act.CORRECT_BUYER: GIVEABLE,
        Act.COMPLETE_STEP: HOLDER_STATES,
        Act.DECIDE_REFUND: ANY - {State.MINTED},
    }
)
"""From which states staff may act."""

STOPPED_BY_HOLD = GIVING | {
    Act.ASSIGN,
    Act.UNASSIGN,
    Act.REPLACE_CODE,
    Act.REVEAL_CODE,
    Act.CORRECT_SUBJECT,
    Act.TRANSFER,
    Act.RESERVE,
    Act.CORRECT_BUYER,
    Act.COMPLETE_STEP,
}


def allowed_acts(state: State, *, held_count: int) -> tuple[Act, ...]:
    """Give the acts staff may perform from here, in the order of the catalogue."""
    return tuple(
        act
        for act, states in ALLOWED.items()
        if state in states
        and not (held_count and act in STOPPED_BY_HOLD)
        and not (act is Act.LIFT_HOLD and not held_count)
    )
