"""
A list of recipients: a file as spreadsheets save it, or addresses that somebody pasted.

Only the addresses are needed. What is read is told row by row and judged elsewhere: here nothing
is refused but what is no list at all.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from counterfoil.channels.order_file_reading import find_heading
from counterfoil.channels.order_file_text import Delimiter, Lines, Record, records, sniff
from counterfoil.errors import FileTooLarge, FileUnreadable

_AS_TEXT = re.compile(r'="([^"]*)"')
_NAMED = re.compile(r"\s*\"?([^<>\"]*?)\"?\s*<\s*([^<>\s]+)\s*>\s*[;,]?\s*")
_DIVIDERS = ' \t,;|"'
_APART = re.compile(r"[^\w]+")


class Column(StrEnum):
    """What a column of the list says."""

    MAIL = "email"
    NAME = "name"
    LAST_NAME = "last_name"
    MESSAGE = "message"
    SEND_ON = "send_on"
    LANGUAGE = "language"


TEMPLATE = (Column.MAIL, Column.NAME, Column.MESSAGE, Column.SEND_ON, Column.LANGUAGE)
"""The columns of the template, and of a list without headings."""

_SAID: Mapping[Column, str] = {
    Column.MAIL: """email mail emailaddress mailaddress address recipientemail recipientmail
        emailadresse mailadresse adresse empfängermail correo correoelectrónico correoelectronico
        courriel adressemail adresseemail البريدالإلكتروني البريد""",
    Column.NAME: """name fullname recipient recipientname firstname givenname vorname empfänger
        nombre nombrecompleto nom prénom prenom destinataire destinatario الاسم""",
    Column.LAST_NAME: "lastname surname familyname nachname apellido apellidos",
    Column.MESSAGE: "message giftmessage note text nachricht grußtext mensaje messagecadeau رسالة",
    Column.SEND_ON: """sendon sendat senddate deliveron deliverydate date datum versanddatum
        sendenam fecha fechadeenvío fechadeenvio dateenvoi datedenvoi التاريخ""",
    Column.LANGUAGE: "language lang locale sprache idioma langue اللغة",
}
HEADINGS = {column: frozenset(names.split()) for column, names in _SAID.items()}
"""What the headings of a column may say, small and without blanks."""


class Recipient(NamedTuple):
    """One row as it was written, by its number as a spreadsheet counts."""

    number: int
    mail: str = ""
    name: str = ""
    message: str = ""
    send_on: str = ""
    language: str = ""
    is_readable: bool = True


def read_recipients(content: bytes, *, most_bytes: int, most_rows: int) -> Iterator[Recipient]:
    """
    Read the rows of a list, blank ones left out.

    Encoding, delimiter and columns are found out from the file. A list without headings is read
    as address, name, message, day and language.

    :raises FileTooLarge: if there are more bytes or rows than are read.
    :raises FileUnreadable: if it is no text, or no column holds addresses.
    """
    if len(content) > most_bytes:
        raise FileTooLarge(f"The file has more than {most_bytes:,} bytes.")
    if not content.strip(b"\x00 \t\r\n"):
        raise FileUnreadable("The list is empty.")
    lines = Lines(content, sniff(content))
    number, cut = find_heading(lines, None)
    found = max(
        (
            (len(it := _columns(cells)), -order, one, it)
            for order, (one, cells) in enumerate(cut.items())
        ),
        key=lambda it: it[:2],
    )
    _, _, delimiter, columns = found
    width = len(cut[delimiter])
    if Column.MAIL not in columns:
        delimiter, first = _without_headings(cut)
        columns = {column: place for place, column in enumerate(TEMPLATE)}
        yield _recipient(Record(number, first), columns)
        width, most_rows = len(first), most_rows - 1
    count = 0
    for record in records(lines, delimiter, width=width, number=number):
        if not "".join(map(cleaned, record.cells)).strip(_DIVIDERS):
            continue
        count += 1
        if count > most_rows:
            raise FileTooLarge(f"There are more than {most_rows:,} rows.")
        yield _recipient(record, columns)


def _columns(cells: Sequence[str]) -> dict[Column, int]:
    """Find which column says what; the first of two that say the same."""
    places: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        heading = _APART.sub("", cleaned(cell)).replace("_", "").casefold()
        for column, names in HEADINGS.items():
            if heading in names:
                places.setdefault(column, place)
    return places if Column.MAIL in places else {}


def _without_headings(cut: Mapping[Delimiter, list[str]]) -> tuple[Delimiter, list[str]]:
    for delimiter in sorted(cut, key=lambda one: -len(cut[one])):
        if "@" in cut[delimiter][0]:
            return delimiter, cut[delimiter]
    raise FileUnreadable("No column holds addresses: call it email.")


def _recipient(record: Record, columns: Mapping[Column, int]) -> Recipient:
    if record.trouble:
        return Recipient(record.number, is_readable=False)

    def cell(column: Column) -> str:
        place = columns.get(column)
        is_there = place is not None and place < len(record.cells)
        return cleaned(record.cells[place or 0]) if is_there else ""

    mail, name = cell(Column.MAIL), f"{cell(Column.NAME)} {cell(Column.LAST_NAME)}".strip()
    if named := _NAMED.fullmatch(mail):
        name, mail = name or named[1], named[2]
    return Recipient(
        number=record.number,
        mail=mail.removeprefix("mailto:").rstrip(";,"),
        name=name,
        message=cell(Column.MESSAGE),
        send_on=cell(Column.SEND_ON),
        language=cell(Column.LANGUAGE),
    )


def cleaned(text: str) -> str:
    """Drop what spreadsheets and web pages put around a value and nobody sees."""
    value = text.replace("\x00", "").replace("\N{NO-BREAK SPACE}", " ").strip()
    if wrapped := _AS_TEXT.fullmatch(value):
        value = wrapped[1]
    invisible = {one for one in value if unicodedata.category(one) == "Cf"} - {"\u200d", "\u200c"}
    return value.translate({ord(one): None for one in invisible}).strip()
