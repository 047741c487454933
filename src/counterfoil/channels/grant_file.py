"""
A list of grants: a file as spreadsheets save it, or addresses that somebody pasted.

A row says who gets something, or what it is about, and what and how much it is where the whole
list does not say that. Rows are judged elsewhere: here nothing is refused but what is no list.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from counterfoil.channels.order_file_reading import find_heading
from counterfoil.channels.order_file_text import Delimiter, Lines, Record, records, sniff
from counterfoil.channels.recipient_file import cleaned
from counterfoil.errors import FileTooLarge, FileUnreadable
from counterfoil.rules.grant_lists import GrantSaid

_APART = re.compile(r"[^\w]+")
_DIVIDERS = ' \t,;|"'


class Column(StrEnum):
    """What a column of the list says."""

    PRODUCT = "product"
    QUANTITY = "quantity"
    MAIL = "mail"
    ORDER = "order"
    ACCOUNT = "account"
    CASE = "case"


TEMPLATE = ("email", "product", "quantity", "order", "account", "case")
"""The headings of the template."""

_SAID: Mapping[Column, str] = {
    Column.PRODUCT: "product sku productcode article item artikel artikelnummer produkt",
    Column.QUANTITY: "quantity qty count number units menge anzahl",
    Column.MAIL: "email mail emailaddress mailaddress address recipient recipientemail adresse",
    Column.ORDER: "order ordernumber orderreference orderid purchase bestellung bestellnummer",
    Column.ACCOUNT: "account accountid customer customerid konto kunde kundennummer",
    Column.CASE: "case ticket reference ticketnumber caseid fall vorgang",
}
HEADINGS = {column: frozenset(names.split()) for column, names in _SAID.items()}


class GrantLine(NamedTuple):
    """One row, by its number as a spreadsheet counts."""

    number: int
    said: GrantSaid
    is_readable: bool = True


def read_grants(content: bytes, *, most_bytes: int, most_rows: int) -> Iterator[GrantLine]:
    """
    Read the rows of a list, blank ones left out.

    Encoding, delimiter and columns are found out from the file. A list without headings is one of
    addresses.

    :raises FileTooLarge: if there are more bytes or rows than are read.
    :raises FileUnreadable: if it is no text, or no column is one we know.
    """
    if len(content) > most_bytes:
        raise FileTooLarge(f"The file has more than {most_bytes:,} bytes.")
    if not content.strip(b"\x00 \t\r\n"):
        raise FileUnreadable("The list is empty.")
    lines = Lines(content, sniff(content))
    number, cut = find_heading(lines, None)
    delimiter, columns = _headings(cut)
    width, count = len(cut[delimiter]), 0
    if not columns:
        delimiter = next((one for one in cut if "@" in cut[one][0]), delimiter)
        if "@" not in cut[delimiter][0]:
            raise FileUnreadable("No column is one we know: call it email, product or quantity.")
        columns, count = {Column.MAIL: 0}, 1
        yield _line(Record(number, cut[delimiter]), columns)
        width = len(cut[delimiter])
    for record in records(lines, delimiter, width=width, number=number):
        if not "".join(map(cleaned, record.cells)).strip(_DIVIDERS):
            continue
        count += 1
        if count > most_rows:
            raise FileTooLarge(f"There are more than {most_rows:,} rows: divide the list.")
        yield _line(record, columns)


def _headings(cut: Mapping[Delimiter, list[str]]) -> tuple[Delimiter, dict[Column, int]]:
    """Find by which delimiter most headings are ones we know."""
    found = {one: _columns(cells) for one, cells in cut.items()}
    best = max(found, key=lambda one: len(found[one]))
    return best, found[best]


def _columns(cells: Sequence[str]) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        heading = _APART.sub("", cleaned(cell)).replace("_", "").casefold()
        for column, names in HEADINGS.items():
            if heading in names:
                places.setdefault(column, place)
    return places


def _line(record: Record, columns: Mapping[Column, int]) -> GrantLine:
    if record.trouble:
        return GrantLine(record.number, GrantSaid(), is_readable=False)
    cells = [cleaned(cell)[:300] for cell in record.cells]
    said = {column.value: cells[place] for column, place in columns.items() if place < len(cells)}
    said["mail"] = said.get("mail", "").removeprefix("mailto:").rstrip(";,")
    return GrantLine(record.number, GrantSaid(**said))
