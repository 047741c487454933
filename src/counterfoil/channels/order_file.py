"""
Order files: what procurement departments and marketplaces send instead of messages.

A file is read strictly and row by row. A row that cannot be understood says why and holds up no
other; only a file that is no list of orders at all is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from counterfoil.channels import order_file_values as values
from counterfoil.channels.order_file_columns import FIELDS, Field, Heading
from counterfoil.channels.order_file_reading import Reading, find_heading
from counterfoil.channels.order_file_text import Lines, Record, records
from counterfoil.channels.order_file_values import CellWrong
from counterfoil.errors import FileTooLarge, FileUnreadable

FREE = {
    Field.PRODUCT: 300,
    Field.BUYER_NAME: values.LONGEST_NAME,
    Field.RECIPIENT_NAME: values.LONGEST_NAME,
    Field.GIFT_MESSAGE: values.LONGEST_MESSAGE,
}
"""What is free text, and how long it may be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRow:
    """One row that was understood. ``amount`` is for the whole quantity, in minor units."""

    number: int
    order: str
    line: str
    sku: str
    quantity: int
    amount: int
    currency: str
    product: str = ""
    ordered_at: datetime | None = None
    paid_at: datetime | None = None
    buyer_mail: str | None = None
    buyer_name: str = ""
    recipient_mail: str | None = None
    recipient_name: str = ""
    gift_message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """One row that was not, with as much of it as helps to find it, and what is wrong with it."""

    number: int
    order: str
    line: str
    sku: str
    trouble: str


def rows(content: bytes, reading: Reading, *, most: int) -> Iterator[OrderRow | BadRow]:
    """
    Read the rows, those left out that are blank or only continue the one before.

    :raises FileUnreadable: if the heading lacks what every order needs, or a line has no end.
    :raises FileTooLarge: if there are more than ``most``.
    """
    heading = reading.heading
    if heading.missing:
        names = ", ".join(FIELDS[one] for one in heading.missing)
        raise FileUnreadable(f"No column is known to hold: {names}. Choose the columns.")
    lines = Lines(content, reading.decoded)
    number, _ = find_heading(lines, heading.delimiter)
    read = 0
    for record in records(lines, heading.delimiter, width=len(heading.names), number=number):
        row = _row(record, reading)
        if row is None:
            continue
        read += 1
        if read > most:
            raise FileTooLarge(f"The file has more than {most:,} rows. Divide it.")
        yield row


def _row(record: Record, reading: Reading) -> OrderRow | BadRow | None:
    cells, columns = record.cells, reading.heading.columns
    if not any(cell.strip() for cell in cells):
        return None
    told = {
        one: cells[place].strip() if place < len(cells) else "" for one, place in columns.items()
    }
    if not record.trouble and not told[Field.LINE] and not told[Field.QUANTITY]:
        return None  # it continues the row before, for some marketplaces
    try:
        _refuse_broken(record, reading.heading)
        return _understood(record.number, told, reading)
    except CellWrong as wrong:
        return BadRow(
            number=record.number,
            order=_some(told[Field.ORDER]),
            line=_some(told[Field.LINE]),
            sku=_some(told[Field.SKU]),
            trouble=str(wrong),
        )


def _refuse_broken(record: Record, heading: Heading) -> None:
    cells, width = record.cells, len(heading.names)
    if record.trouble:
        raise CellWrong(record.trouble)
    if any(cell.strip() for cell in cells[width:]):
        raise CellWrong(f"The row has {len(cells)} values, and the heading {width} columns.")
    if any("\x00" in cell for cell in cells):
        raise CellWrong("The row holds a NUL character.")


def _understood(number: int, told: Mapping[Field, str], reading: Reading) -> OrderRow:
    text = {one: told.get(one, "") for one in Field}
    if Field.STATUS in told:
        values.refuse_unless_sold(text[Field.STATUS])
    quantity = values.quantity(text[Field.QUANTITY])
    amount, currency = _money(text, quantity, reading.currency)
    if Field.PAID_AT in told and not text[Field.PAID_AT]:
        raise CellWrong("The day of the payment is blank: it is not paid yet.")
    day = {
        one: values.moment(text[one], reading.day_order) if text[one] else None
        for one in (Field.ORDERED_AT, Field.PAID_AT)
    }
    mail = {
        one: values.mail(text[one], FIELDS[one]) for one in (Field.BUYER_MAIL, Field.RECIPIENT_MAIL)
    }
    free = {one: values.free_text(text[one], FIELDS[one], most) for one, most in FREE.items()}
    return OrderRow(
        number=number,
        order=values.reference(text[Field.ORDER], FIELDS[Field.ORDER]),
        line=values.reference(text[Field.LINE], FIELDS[Field.LINE]),
        sku=values.reference(text[Field.SKU], FIELDS[Field.SKU]),
        quantity=quantity,
        amount=amount,
        currency=currency,
        product=free[Field.PRODUCT],
        ordered_at=day[Field.ORDERED_AT],
        paid_at=day[Field.PAID_AT],
        buyer_mail=mail[Field.BUYER_MAIL],
        buyer_name=free[Field.BUYER_NAME],
        recipient_mail=mail[Field.RECIPIENT_MAIL],
        recipient_name=free[Field.RECIPIENT_NAME],
        gift_message=free[Field.GIFT_MESSAGE],
    )


def _money(text: Mapping[Field, str], quantity: int, otherwise: str) -> tuple[int, str]:
    """Read what was paid for the quantity; a price of one is multiplied."""
    currency = values.currency(text[Field.CURRENCY]) if text[Field.CURRENCY] else otherwise
    if not currency:
        raise CellWrong("There is no currency: choose one for the whole file.")
    if not text[Field.AMOUNT] and not text[Field.UNIT_AMOUNT]:
        return 0, currency
    if text[Field.AMOUNT]:
        return values.amount(text[Field.AMOUNT], currency), currency
    total = values.amount(text[Field.UNIT_AMOUNT], currency) * quantity
    if total > values.MOST_MINOR:
        raise CellWrong("The price for the quantity is too large.")
    return total, currency


def _some(text: str) -> str:
    """Give as much of a reference as helps to find the row."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)[:100]
