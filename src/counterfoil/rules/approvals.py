"""What one person asks for and another must approve."""

from enum import StrEnum


class ApprovalKind(StrEnum):
    """What is asked for; the value never changes once released."""

    GRANT = "grant"
    BATCH = "batch"
    PRINT_FILE = "print_file"
    ALLOTMENT = "allotment"
    GRANT_LIST = "grant_list"
    BULK = "bulk"


class Verdict(StrEnum):
    """What the second person said."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Standing(StrEnum):
    """How a request stands; that it has lapsed is a date compared with the clock."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    LAPSED = "lapsed"
