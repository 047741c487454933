"""How an order file is to be read: found out from the file itself, or as somebody chose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from counterfoil.channels import order_file_values as values
from counterfoil.channels.order_file_columns import Field, Heading, read_heading
from counterfoil.channels.order_file_text import (
    DELIMITERS,
    ENCODINGS,
    Decoded,
    Delimiter,
    Encoding,
    Lines,
    Record,
    records,
    sniff,
)
from counterfoil.channels.order_file_values import DayOrder
from counterfoil.errors import FileTooLarge, FileUnreadable

_BLANK_LINES = 50  # before the heading
_NAMED_DELIMITER = "sep="  # a first line by which spreadsheets are told the delimiter


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What somebody said about a file; what is left out is found out."""

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    columns: Mapping[Field, str] = field(default_factory=dict)
    day_order: DayOrder | None = None
    currency: str = ""


def choices_named(
    *,
    encoding: str = "",
    delimiter: str = "",
    day_order: str = "",
    currency: str = "",
    columns: Mapping[str, str] | None = None,
) -> Choices:
    """
    Read choices by their names, as people and programs give them; blank is left to be found out.

    :raises FileUnreadable: if there is no such choice.
    """
    try:
        return Choices(
            encoding=Encoding[encoding.upper()] if encoding else None,
            delimiter=Delimiter[delimiter.upper()] if delimiter else None,
            day_order=DayOrder(day_order) if day_order else None,
            currency=values.currency(currency) if currency.strip() else "",
            columns={Field(name): heading for name, heading in (columns or {}).items()},
        )
    except (KeyError, ValueError) as unknown:
        raise FileUnreadable(f"{str(unknown.args[0])[:60]} cannot be chosen.") from unknown
    except values.CellWrong as wrong:
        raise FileUnreadable(str(wrong)) from wrong


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How a file is read, as somebody can check it."""

    decoded: Decoded
    heading: Heading
    first_row: int
    day_order: DayOrder
    day_order_why: str
    currency: str

    @property
    def told(self) -> tuple[str, ...]:
        """Say how it is read, in sentences."""
        encoding, delimiter = ENCODINGS[self.decoded.encoding], DELIMITERS[self.heading.delimiter]
        first = "month" if self.day_order is DayOrder.MONTH_FIRST else "day"
        said = [
            f"Read as {encoding}, {self.decoded.why}.",
            f"Cells are divided by {delimiter}; {len(self.heading.columns)} of"
            f" {len(self.heading.names)} columns are used.",
        ]
        if self.day_order_why:
            said.append(
                f"Days such as 05-06-2026 are read with the {first} first: {self.day_order_why}."
            )
        return tuple(said)


def open_file(content: bytes, *, choices: Choices | None = None, limit: int) -> Reading:
    """
    Find out how a file is to be read; its rows are looked at only for how days are written.

    :raises FileTooLarge: if it has more bytes than ``limit``.
    :raises FileUnreadable: if it is no text, has no heading, or a choice does not fit it.
    """
    said = choices or Choices()
    if len(content) > limit:
        raise FileTooLarge(f"The file has {len(content):,} bytes, and {limit:,} are read.")
    if not content.strip(b"\x00 \t\r\n"):
        raise FileUnreadable("The file is empty.")
    decoded = sniff(content, chosen=said.encoding)
    lines = Lines(content, decoded)
    number, divided = find_heading(lines, said.delimiter)
    heading = read_heading(divided, chosen=said.columns)
    day_order, why = said.day_order, "as you chose" if said.day_order else ""
    if day_order is None and {Field.ORDERED_AT, Field.PAID_AT} & set(heading.columns):
        width = len(heading.names)
        found = records(lines, heading.delimiter, width=width, number=number)
        day_order, why = _day_order(found, heading)
    return Reading(
        decoded=decoded,
        heading=heading,
        first_row=number + 1,
        day_order=day_order or DayOrder.MONTH_FIRST,
        day_order_why=why,
        currency=values.currency(said.currency) if said.currency else "",
    )


def find_heading(
    lines: Lines, delimiter: Delimiter | None
) -> tuple[int, Mapping[Delimiter, list[str]]]:
    """Find the heading: the first line that is not blank, cut by each delimiter it may be."""
    for number in range(1, _BLANK_LINES + 1):
        line = lines.take()
        if line is None:
            break
        if line.lower().startswith(_NAMED_DELIMITER) and len(line) == len(_NAMED_DELIMITER) + 1:
            if delimiter is None and line[-1] in set(Delimiter):
                delimiter = Delimiter(line[-1])
        elif line.strip('\x00 \t,;|"'):
            possible = (delimiter,) if delimiter else tuple(Delimiter)
            return number, {one: _cut(line, one) for one in possible}
    raise FileUnreadable("The file has no heading in its first rows.")


def _cut(line: str, delimiter: Delimiter) -> list[str]:
    copy = Lines(line.encode(), Decoded(Encoding.UTF_8, 0, "", True))
    [record] = islice(records(copy, delimiter, width=0, number=0), 1)
    return record.cells


def _day_order(found: Iterator[Record], heading: Heading) -> tuple[DayOrder | None, str]:
    """See in all days of a file what comes first; some say so, by a number above 12."""
    places = [heading.columns.get(one) for one in (Field.ORDERED_AT, Field.PAID_AT)]
    seen: dict[DayOrder, int] = {}
    unclear = 0
    for record in found:
        for place in places:
            if place is None or place >= len(record.cells) or not record.cells[place]:
                continue
            order = values.day_order_in(record.cells[place])
            if order is not None:
                seen.setdefault(order, record.number)
            elif values.is_unclear_day(record.cells[place]):
                unclear = unclear or record.number
    if len(seen) == 1:
        [(order, number)] = seen.items()
        return order, f"see row {number}"
    if not unclear:
        return None, ""
    return None, "no row of this file tells" if not seen else "rows of this file contradict"
