"""What happens to a batch from the first request to the recall."""

from enum import StrEnum

MOST_UNITS = 100_000
POINT_OF_SALE = "point_of_sale"  # the channel whose orders name printed units


class BatchUse(StrEnum):
    """What the units of a batch are for; test and real never mix."""

    SALE = "sale"
    TEST = "test"


class Step(StrEnum):
    """One thing that was done with a batch; the value never changes once released."""

    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    MINTED = "minted"
    FILE_MADE = "file_made"
    FILE_FETCHED = "file_fetched"
    FILE_ASKED = "file_asked"
    HANDED_OVER = "handed_over"
    CODES_DROPPED = "codes_dropped"
    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"
