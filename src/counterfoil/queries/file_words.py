"""How staff read what the records of order files keep as codes."""

from collections.abc import Mapping

from counterfoil.rules.order_files import FileStatus, RowOutcome, Verdict

FILE_STATUSES: Mapping[str, str] = {
    FileStatus.CHECKED: "to be confirmed",
    FileStatus.CONFIRMED: "being carried out",
    FileStatus.DONE: "carried out",
    FileStatus.DISCARDED: "discarded",
}

VERDICTS: Mapping[str, str] = {
    Verdict.NEW: "new",
    Verdict.ISSUED: "already issued",
    Verdict.DIFFERS: "differs",
    Verdict.UNKNOWN_SKU: "unknown SKU",
    Verdict.BAD: "bad row",
    Verdict.REPEATED: "twice in the file",
    Verdict.IGNORED: "ignored",
}

ROW_OUTCOMES: Mapping[str, str] = {
    RowOutcome.ISSUED: "issued",
    RowOutcome.WAITING: "waits for a person",
    RowOutcome.REFUSED: "not taken",
}
