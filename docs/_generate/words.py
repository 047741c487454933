"""
What the code names and does not explain, in a sentence each.

A test compares every table here with the code: nothing may be missing, nothing may be left over.
"""

from collections.abc import Mapping

from counterfoil.models import DeliveryKind, HoldKind
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import Move, PublicState, State
from counterfoil.rules.scopes import WORDS as SCOPE_WORDS
from counterfoil.rules.scopes import Scope

STATES: Mapping[State, str] = {
    State.MINTED: "It exists, perhaps printed on a box, and was not sold yet. Its code is real and"
    " cannot be used.",
    State.ISSUED: "It is paid for or granted, and nobody has it. Whoever presents its code"
    " gets it.",
    State.RESERVED: "It is kept for one account until a moment; that account can use its code.",
    State.ASSIGNED: "An account has it. For whom or what it is may still be open, or the downstream"
    " record is being made.",
    State.FULFILLED: "Account and subject are known, and the downstream record exists.",
    State.REVOKED: "It was withdrawn. Its code does not work, its assignment has ended.",
}

MOVES: Mapping[Move, str] = {
    Move.MINT: "It is made for print, before there is a sale.",
    Move.ISSUE: "It was paid for, or granted.",
    Move.RESERVE: "It is kept for one account.",
    Move.RELEASE: "It is no longer kept for anybody.",
    Move.REDEEM: "Somebody presented its code, or it was assigned to them.",
    Move.FULFIL: "The host has confirmed its own record.",
    Move.UNASSIGN: "It was taken back from its holder, and carries a new code.",
    Move.REVOKE: "It was refunded, its dispute was lost, the order shrank, or an operator said so.",
    Move.REINSTATE: "The reason for withdrawing it is gone. A reservation is not brought back.",
}

PUBLIC_STATES: Mapping[PublicState, str] = {
    PublicState.READY: "Can be used now.",
    PublicState.WAITING: "Kept for somebody until a date.",
    PublicState.IN_USE: "Somebody has it.",
    PublicState.EXPIRED: "Its validity is over.",
    PublicState.NOT_AVAILABLE: "Not sold yet, on hold, or withdrawn; the public is not told which.",
}

SCOPES: Mapping[Scope, str] = SCOPE_WORDS

GRANTS: Mapping[GrantCategory, str] = {
    GrantCategory.CUSTOMER_SERVICE: "Making good: a kit was lost, a customer was disappointed.",
    GrantCategory.TEST: "For trying things out. Its entitlements are marked as test.",
    GrantCategory.PARTNER_DISTRIBUTION: "For an organisation that hands them on.",
    GrantCategory.EXCEPTION: "Anything else that somebody decided, with a reference to where.",
}

HOLDS: Mapping[HoldKind, str] = {
    HoldKind.DISPUTE: "The payment is disputed. Placed and lifted by the channel's word.",
    HoldKind.FRAUD: "Somebody suspects fraud.",
    HoldKind.COMPLIANCE: "Law or policy asks for it.",
    HoldKind.PARTNER: "The partner that hands it on is suspended.",
    HoldKind.OTHER: "Anything else; the reason says what.",
}

MAILS: Mapping[DeliveryKind, str] = {
    DeliveryKind.CODES: "Codes and their links, to the delivery address: after a purchase or grant,"
    " after a replacement, and after an assignment was taken back.",
    DeliveryKind.SIGN_IN: "Six digits that prove that somebody reads an address.",
    DeliveryKind.FULFILLED: "It is set up and ready, to the holder.",
    DeliveryKind.GIFT: "A gift, to its recipient, on the day that was chosen.",
    DeliveryKind.GIFT_NEWS: "What became of a gift, to whoever gave it: opened, claimed, or its"
    " mail came back.",
    DeliveryKind.REMINDER: "Something bought was not used yet, to the buyer; can be switched off.",
    DeliveryKind.EXPIRY_WARNING: "Something ends soon, to whoever has it or bought it; can be"
    " switched off.",
    DeliveryKind.ASSIGNED: "Somebody gave it to them without a code, to the holder.",
    DeliveryKind.TRANSFER: "Somebody wants to pass on what they have, to whoever is to have it.",
    DeliveryKind.TRANSFER_NEWS: "What became of that, to whoever offered it.",
    DeliveryKind.STAFF_NEWS: "Something waits for an approval, the digest of a day, or cases are"
    " overdue, to the staff it is for.",
    DeliveryKind.INVITATION: "You may act for a partner, to whoever was invited.",
    DeliveryKind.ACCOUNT_NEWS: "The address of an account was changed, accounts were merged, or a"
    " person was erased, to every address concerned.",
}

PROMISES: Mapping[str, str] = {
    "P1": "Exactly one entitlement for each paid unit, and none for what was not paid.",
    "P2": "At most one open assignment for each entitlement, and one redemption between two returns"
    " to *issued*.",
    "P3": "State, version and ledger agree; only moves of the lifecycle happen; every change names"
    " who, what and why.",
    "P4": "An entitlement nobody has carries exactly one live code; any other carries none.",
    "P5": "Every refunded unit reaches a recorded decision, and the decision is carried out.",
    "P6": "What was acknowledged to a channel is handled, or parked where a person sees it.",
    "P7": "Only authentic messages have effects.",
    "P8": "No partner touches another's; test and live never mix.",
    "P9": "No partner exceeds its allotment.",
    "P10": "Reservations end on time; nothing is used after its end or while on hold.",
    "P11": "The host's record becomes what it should be, or is parked where a person sees it.",
    "P12": "Buyers and holders are told once for each cause; each mail is sent at least once.",
    "P13": "A grant has a category, a reason, a reference, its count, and above the limit a second"
    " person.",
    "P14": "The ledger is only added to, and chained by a sealer in the background.",
    "P15": "Secrets exist only as keyed hash and ciphertext, and no entry lies in the future.",
}

TERMS: Mapping[str, str] = {
    "code_form": "`short` is 15 random symbols and a check symbol; `long` is 23 and a check symbol,"
    " for dear products.",
    "valid_days": "Days from issue until it expires; nothing means never.",
    "refund_policy": "What a refund does to a unit somebody has: `revoke` takes it, `keep` leaves"
    " it and tells staff, `ask` puts it before staff.",
    "subject_kind": "What it is for, such as `dog`. Empty: an account is enough.",
    "subject_fields": "The questions asked about the subject: name, label, whether required,"
    " choices, longest answer.",
    "undo_hours": "How long the holder may give it back, or correct what it is for, alone. Staff"
    " may at any time.",
    "binding": "Who may use the code of a gift: `bearer` is whoever holds it, `bound` its recipient"
    " alone.",
    "transfer_policy": "Who may give it to another account once somebody has it: the `holder`,"
    " `staff` alone, or nobody (`never`).",
    "offer_days": "How long an offer to transfer waits for an answer.",
    "cutoff": "The milestone of the host's after which it is not taken back, corrected or"
    " transferred, unless staff override it with a reason.",
    "reminder_days": "Days after issue on which the buyer is reminded of what nobody uses yet.",
    "warning_days": "Days before the end on which whoever has it is warned.",
    "onboarding": "The steps between claiming and using, in their order: key, kind, title, document"
    " of a consent, questions.",
}
