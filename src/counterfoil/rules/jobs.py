"""The kinds of long work."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a job does; the value never changes once released."""

    PURCHASE = "purchase"
    ORDER_FILE = "order_file"
    MINT = "mint"
    GRANT = "grant"
    RECONCILE = "reconcile"
    RESYNC = "resync"
    HANDOUT = "handout"
    SUSPENSION = "suspension"
    BULK = "bulk"
    GRANT_LIST = "grant_list"
    VERIFY = "verify"
    RENEWAL = "renewal"
