"""How staff read grants: categories, what they are about, and what stands against a row."""

from collections.abc import Mapping

from counterfoil.rules.grant_lists import GRANTED, GrantFault
from counterfoil.rules.grants import GrantCategory, ReferenceKind

CATEGORIES: Mapping[str, str] = {
    GrantCategory.CUSTOMER_SERVICE: "customer service",
    GrantCategory.TEST: "test account",
    GrantCategory.PARTNER_DISTRIBUTION: "partner distribution",
    GrantCategory.EXCEPTION: "exception",
}

REFERENCES: Mapping[str, str] = {
    ReferenceKind.ORDER: "order",
    ReferenceKind.ACCOUNT: "account",
    ReferenceKind.CASE: "case",
}

FAULTS: Mapping[str, str] = {
    GrantFault.UNREADABLE: "cannot be read: a quotation mark is opened and not closed",
    GrantFault.NO_PRODUCT: "names no product, and neither does the list",
    GrantFault.UNKNOWN_PRODUCT: "there is no product with this SKU",
    GrantFault.QUANTITY: "the quantity is no number from 1 to 100,000",
    GrantFault.ADDRESS: "this is not a mail address",
    GrantFault.TOO_MANY_REFERENCES: "names more than one of order, account and case",
    GrantFault.ORDER_UNKNOWN: "there is no such order here",
    GrantFault.ACCOUNT_UNKNOWN: "there is no such account here",
    GrantFault.REPEATED: "says the same as a row above: give a quantity instead",
}

OUTCOMES: Mapping[str, str] = {
    GRANTED: "granted",
    "requester_may_not": "refused: whoever confirmed it may not grant any more",
    "approval_missing": "refused: above what one person gives alone",
    "reference_unknown": "refused: the order or account is not there any more",
    "order_invalid": "refused: it cannot be granted as it stands",
}

STATUSES: Mapping[str, str] = {
    "judged": "to be confirmed",
    "requested": "waits for a second person",
    "confirmed": "being carried out",
    "done": "carried out",
    "discarded": "discarded",
}
