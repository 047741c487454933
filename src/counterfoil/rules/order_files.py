"""Order files after they were read: what becomes of each row, and of the file."""

from enum import StrEnum


class Verdict(StrEnum):
    """What would become of a row, were its file confirmed now; the value never changes."""

    NEW = "new"
    ISSUED = "issued"
    DIFFERS = "differs"
    UNKNOWN_SKU = "unknown_sku"
    BAD = "bad"
    REPEATED = "repeated"
    IGNORED = "ignored"


STOPPING = frozenset({Verdict.DIFFERS, Verdict.UNKNOWN_SKU, Verdict.BAD})
"""A file with such a row is not clean: it is carried out only if the good rows alone are meant."""


class FileStatus(StrEnum):
    """How far a file has come: looked at, being carried out, carried out, or thrown away."""

    CHECKED = "checked"
    CONFIRMED = "confirmed"
    DONE = "done"
    DISCARDED = "discarded"


class Extent(StrEnum):
    """How much of a file is meant when it is confirmed."""

    ALL = "all"
    GOOD_ROWS = "good_rows"


class RowOutcome(StrEnum):
    """What became of a row that was carried out."""

    ISSUED = "issued"
    WAITING = "waiting"
    REFUSED = "refused"
