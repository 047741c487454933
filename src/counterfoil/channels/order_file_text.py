"""
The text of an order file: how its bytes are meant, and how it falls into rows and cells.

Nothing is guessed in silence: what was concluded comes back in words, and whoever knows better
says so. Memory stays flat, since the text is decoded as it is read.
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from counterfoil.errors import FileUnreadable

LONGEST_LINE = 100_000
LONGEST_ROW = 20_000  # in characters, of a row that spans several lines
MOST_LINES = 20  # of one row
_LOOKED_AT = 4_096
_CHUNK = 1 << 16


class Encoding(StrEnum):
    """How bytes stand for characters; the values are those of Python's codecs."""

    UTF_8 = "utf-8"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    WINDOWS_1252 = "cp1252"
    SHIFT_JIS = "cp932"


class Delimiter(StrEnum):
    """What stands between two cells."""

    TAB = "\t"
    COMMA = ","
    SEMICOLON = ";"
    BAR = "|"


ENCODINGS = {
    Encoding.UTF_8: "UTF-8",
    Encoding.UTF_16_LE: "UTF-16 (little-endian)",
    Encoding.UTF_16_BE: "UTF-16 (big-endian)",
    Encoding.WINDOWS_1252: "Windows-1252",
    Encoding.SHIFT_JIS: "Shift JIS",
}
DELIMITERS = {
    Delimiter.TAB: "tabs",
    Delimiter.COMMA: "commas",
    Delimiter.SEMICOLON: "semicolons",
    Delimiter.BAR: "vertical bars",
}
_MARKS = (
    (codecs.BOM_UTF8, Encoding.UTF_8),
    (codecs.BOM_UTF16_LE, Encoding.UTF_16_LE),
    (codecs.BOM_UTF16_BE, Encoding.UTF_16_BE),
)


class Decoded(NamedTuple):
    """How the bytes are read: the encoding, how many bytes a mark takes, and why so, in words."""

    encoding: Encoding
    skipped: int
    why: str
    is_certain: bool


class Record(NamedTuple):
    """One row as it stands in the file: its number as a spreadsheet counts, and its cells."""

    number: int
    cells: list[str]
    trouble: str = ""


def sniff(content: bytes, *, chosen: Encoding | None = None) -> Decoded:
    """
    Find out how the bytes are meant: by a mark at the start, by their form, or as was chosen.

    :raises FileUnreadable: if they cannot be text in that encoding, or in any that is read.
    """
    if content.startswith((codecs.BOM_UTF32_BE, codecs.BOM_UTF32_LE)):
        raise FileUnreadable("The file is UTF-32. Save it as UTF-8.")
    mark, marked = next(
        ((mark, it) for mark, it in _MARKS if content.startswith(mark)), (b"", None)
    )
    if chosen is not None:
        found = Decoded(chosen, len(mark) if marked is chosen else 0, "as you chose", True)
    elif marked is not None:
        found = Decoded(marked, len(mark), "by the mark at its start", True)
    else:
        found = _by_form(content)
    place = _first_wrong(content, found)
    if place is None:
        return found
    if found.encoding is Encoding.UTF_8 and chosen is None and marked is None:
        return sniff_as_windows(content, place)
    name = ENCODINGS[found.encoding]
    raise FileUnreadable(f"The file is not {name} ({found.why}): see row {place}.")


def sniff_as_windows(content: bytes, place: int) -> Decoded:
    """
    Take the bytes for Windows-1252, as what is no UTF-8 mostly is; a person has to look.

    :raises FileUnreadable: if they cannot be that either.
    """
    why = f"because row {place} is not UTF-8; look whether names are right"
    found = Decoded(Encoding.WINDOWS_1252, 0, why, False)
    wrong = _first_wrong(content, found)
    if wrong is not None:
        raise FileUnreadable(
            f"The file is neither UTF-8 (see row {place}) nor Windows-1252 (see row {wrong})."
            " Save it as UTF-8, or choose its encoding."
        )
    return found


def _by_form(content: bytes) -> Decoded:
    """Tell UTF-16 by its zero bytes: letters of headings have one each, on one side."""
    start = content[:_LOOKED_AT]
    high, low = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if low > half // 2 and high <= half // 8:
        return Decoded(Encoding.UTF_16_LE, 0, "by its zero bytes", True)
    if high > half // 2 and low <= half // 8:
        return Decoded(Encoding.UTF_16_BE, 0, "by its zero bytes", True)
    return Decoded(Encoding.UTF_8, 0, "because all of it is valid UTF-8", True)


def _first_wrong(content: bytes, decoded: Decoded) -> int | None:
    """Give the line of the first byte that stands for nothing, or ``None``."""
    decoder = codecs.getincrementaldecoder(decoded.encoding.value)(errors="strict")
    line = 1
    try:
        for start in range(decoded.skipped, len(content), _CHUNK):
            line += decoder.decode(content[start : start + _CHUNK]).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as wrong:
        before: bytes = wrong.object[: wrong.start]
        return line + before.decode(decoded.encoding.value, errors="ignore").count("\n")
    return None


class Lines:
    """The lines of a file, one after the other; what was taken can be given back."""

    def __init__(self, content: bytes, decoded: Decoded) -> None:
        """Begin at the first line."""
        raw = io.BytesIO(content)
        raw.seek(decoded.skipped)
        self._stream = io.TextIOWrapper(raw, encoding=decoded.encoding.value, newline="")
        self._back: deque[str] = deque()

    def take(self) -> str | None:
        """
        Give the next line without its end, or ``None`` after the last.

        :raises FileUnreadable: if it is longer than any row can be.
        """
        if self._back:
            return self._back.popleft()
        line = self._stream.readline(LONGEST_LINE + 2)
        text = line.rstrip("\r\n")
        if len(text) > LONGEST_LINE:
            raise FileUnreadable(f"A line is longer than {LONGEST_LINE:,} characters.")
        return text if line else None

    def give_back(self, lines: list[str]) -> None:
        """Let these lines be taken again."""
        self._back.extendleft(reversed(lines))


def records(lines: Lines, delimiter: Delimiter, *, width: int, number: int) -> Iterator[Record]:
    """
    Divide what is left into rows, counting on from ``number``; ``width`` is that of the heading.

    A quotation mark that is never closed costs its own row, never those after it.
    """
    while (line := lines.take()) is not None:
        number += 1
        if '"' in line:
            yield _quoted(line, lines, delimiter, width, number)
        else:
            yield Record(number, line.split(delimiter.value))


def _quoted(line: str, lines: Lines, delimiter: Delimiter, width: int, number: int) -> Record:
    taken = [line]
    cells = _cells(line, delimiter)
    while cells is None and len(taken) < MOST_LINES and sum(map(len, taken)) < LONGEST_ROW:
        more = lines.take()
        if more is None:
            break
        taken.append(more)
        if more.count('"') % 2:
            cells = _cells("\n".join(taken), delimiter)
            break
    inside = sum(one.count(delimiter.value) for one in taken)
    if cells is not None and (len(taken) == 1 or width < 2 or inside < 2 * (width - 1)):
        return Record(number, cells)
    lines.give_back(taken[1:])
    plain = line.split(delimiter.value)
    if delimiter is Delimiter.TAB and len(plain) == width:
        return Record(number, plain)  # marketplaces quote nothing: the mark is part of the text
    return Record(number, plain, "A quotation mark is opened and not closed in this row.")


def _cells(text: str, delimiter: Delimiter) -> list[str] | None:
    """Divide one row with quotation marks in it, or give ``None`` if they do not fit together."""
    try:
        [cells] = csv.reader([text], delimiter=delimiter.value, strict=True)
    except (csv.Error, ValueError):
        return None
    return cells
