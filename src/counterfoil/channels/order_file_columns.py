"""The columns of an order file: what each heading means, whatever a marketplace calls it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from counterfoil.channels.order_file_text import DELIMITERS, Delimiter
from counterfoil.errors import FileUnreadable

MOST_COLUMNS = 500


class Field(StrEnum):
    """What a column can mean to us."""

    ORDER = "order"
    LINE = "line"
    SKU = "sku"
    QUANTITY = "quantity"
    AMOUNT = "amount"
    UNIT_AMOUNT = "unit_amount"
    CURRENCY = "currency"
    BUYER_MAIL = "buyer_mail"
    BUYER_NAME = "buyer_name"
    ORDERED_AT = "ordered_at"
    PAID_AT = "paid_at"
    STATUS = "status"
    PRODUCT = "product"
    RECIPIENT_MAIL = "recipient_mail"
    RECIPIENT_NAME = "recipient_name"
    GIFT_MESSAGE = "gift_message"


REQUIRED = (Field.ORDER, Field.LINE, Field.SKU, Field.QUANTITY)

FIELDS: Mapping[Field, str] = {
    Field.ORDER: "order number",
    Field.LINE: "order line",
    Field.SKU: "SKU",
    Field.QUANTITY: "quantity",
    Field.AMOUNT: "price for the quantity",
    Field.UNIT_AMOUNT: "price of one",
    Field.CURRENCY: "currency",
    Field.BUYER_MAIL: "buyer's e-mail address",
    Field.BUYER_NAME: "buyer's name",
    Field.ORDERED_AT: "day of the order",
    Field.PAID_AT: "day of the payment",
    Field.STATUS: "status of the order",
    Field.PRODUCT: "name of the product",
    Field.RECIPIENT_MAIL: "recipient's e-mail address",
    Field.RECIPIENT_NAME: "recipient's name",
    Field.GIFT_MESSAGE: "gift message",
}


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The first that a file has is taken. Of a marketplace's columns and those of procurement.
ALIASES: Mapping[Field, tuple[str, ...]] = {
    Field.ORDER: _names(
        "order-id amazon-order-id order-number order-no order-reference order po-number po-no po"
        " purchase-order purchase-order-number purchase-order-no bestellnummer"
    ),
    Field.LINE: _names(
        "order-item-id order-line-id order-item line-item-id line-id order-line po-line"
        " po-line-number line-number line-no line item-number item-no position pos"
    ),
    Field.SKU: _names(
        "sku seller-sku merchant-sku item-sku product-sku supplier-part-number part-number"
        " article-number article-no article product-code item-code artikelnummer"
    ),
    Field.QUANTITY: _names(
        "quantity-purchased quantity qty quantity-ordered ordered-quantity order-quantity units"
        " number-of-units menge"
    ),
    Field.AMOUNT: _names(
        "item-price line-total line-amount total-price total amount net-amount gesamtpreis"
    ),
    Field.UNIT_AMOUNT: _names("unit-price price-per-unit price-each unit-cost price einzelpreis"),
    Field.CURRENCY: _names("currency currency-code iso-currency waehrung"),
    Field.BUYER_MAIL: _names(
        "buyer-email customer-email purchaser-email contact-email ordered-by-email email"
    ),
    Field.BUYER_NAME: _names("buyer-name customer-name purchaser-name purchaser buyer customer"),
    Field.ORDERED_AT: _names("purchase-date order-date ordered-at po-date date datum"),
    Field.PAID_AT: _names("payments-date payment-date paid-at date-paid"),
    Field.STATUS: _names("order-status status"),
    Field.PRODUCT: _names(
        "product-name item-name title product-title description item-description product"
    ),
    Field.RECIPIENT_MAIL: _names("recipient-email ship-to-email gift-recipient-email"),
    Field.RECIPIENT_NAME: _names("recipient-name ship-to-name gift-recipient-name"),
    Field.GIFT_MESSAGE: _names("gift-message-text gift-message"),
}

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """The headings of a file, what divides them, and which column (from 0) means what."""

    names: tuple[str, ...]
    delimiter: Delimiter
    columns: Mapping[Field, int]

    @property
    def missing(self) -> tuple[Field, ...]:
        """Give what a file of orders needs and no column is known to say."""
        return tuple(field for field in REQUIRED if field not in self.columns)

    @property
    def mapping(self) -> dict[str, str]:
        """Give which heading means what, as it is kept."""
        return {field.value: self.names[column] for field, column in self.columns.items()}


def normalised(heading: str) -> str:
    """Write a heading the way aliases are written: `Order ID`, `order_id` and `ORDER-ID` alike."""
    text = unicodedata.normalize("NFKC", heading).casefold().replace("ä", "ae")
    spelled = _NEITHER_LETTER_NOR_DIGIT.sub("-", text).strip("-")
    return spelled.replace("e-mail", "email")


def read_heading(
    divided: Mapping[Delimiter, Sequence[str]], *, chosen: Mapping[Field, str] | None = None
) -> Heading:
    """
    Find what divides the cells, and which column means what.

    ``divided`` is the heading row cut by each delimiter that is possible; the one that gives the
    most headings we know is meant, then the one that gives the most at all. ``chosen`` maps what
    is meant to the heading that says it; a blank heading leaves it out.

    :raises FileUnreadable: if nothing divides it, a heading is there twice, or one that was
        chosen is not there.
    """
    found = {
        delimiter: Heading(
            names=tuple(name.strip() for name in names),
            delimiter=delimiter,
            columns=_recognised(names),
        )
        for delimiter, names in divided.items()
    }
    best = max(found.values(), key=lambda heading: (len(heading.columns), len(heading.names)))
    if len(best.names) < 2:
        ways = ", ".join(DELIMITERS[delimiter] for delimiter in found)
        raise FileUnreadable(f"The first row has one column only: it is not divided by {ways}.")
    if len(best.names) > MOST_COLUMNS:
        raise FileUnreadable(f"The first row has more than {MOST_COLUMNS} columns.")
    columns = dict(best.columns)
    for field, name in (chosen or {}).items():
        columns.pop(field, None)
        if name:
            columns[field] = _place_of(name, best.names)
    _refuse_twice(columns, best.names)
    return Heading(names=best.names, delimiter=best.delimiter, columns=columns)


def _recognised(names: Sequence[str]) -> dict[Field, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(normalised(name), place)
    return {
        field: places[alias]
        for field, aliases in ALIASES.items()
        if (alias := next((one for one in aliases if one in places), None)) is not None
    }


def _place_of(name: str, names: Sequence[str]) -> int:
    wanted = normalised(name)
    for place, there in enumerate(names):
        if there == name.strip() or normalised(there) == wanted:
            return place
    raise FileUnreadable(f"There is no column {name[:60]!r} in this file.")


def _refuse_twice(columns: Mapping[Field, int], names: Sequence[str]) -> None:
    """Refuse two columns of one name where it matters: nobody knows which is meant."""
    spelled = [normalised(name) for name in names]
    for column in columns.values():
        if spelled.count(spelled[column]) > 1:
            raise FileUnreadable(f"Two columns are called {names[column][:60]!r}: rename one.")
