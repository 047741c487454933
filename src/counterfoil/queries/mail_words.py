"""How staff read what mails are about."""

from collections.abc import Mapping

MAILS: Mapping[str, str] = {
    "codes": "Codes",
    "sign_in": "Sign-in code",
    "fulfilled": "Confirmation",
    "gift": "Gift",
    "gift_news": "News of a gift",
    "reminder": "Reminder",
    "expiry_warning": "Warning before the end",
    "assigned": "Given without a code",
    "transfer": "Offer of a transfer",
    "transfer_news": "News of a transfer",
    "invitation": "Invitation to a partner",
    "account_news": "News of an account",
    "staff_news": "News for staff",
}

CAUSES: Mapping[str, str] = {
    "issued": "something was issued",
    "replaced": "a code was replaced",
    "resent": "it was sent again",
    "fulfilled": "it was set up",
    "sign_in": "somebody wanted to sign in",
    "day": "the terms of the product say so",
    "gift": "a gift was due",
    "approval": "something waits for an approval",
    "digest": "it was the morning",
    "overdue": "cases are overdue",
}
"""Why a mail was made, by what its cause begins with."""
