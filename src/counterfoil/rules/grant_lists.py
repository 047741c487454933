"""Lists of grants: what a row says, what can stand against it, and what can come of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


class GrantFault(StrEnum):
    """What stands against a row; the value never changes once released."""

    UNREADABLE = "unreadable"
    NO_PRODUCT = "no_product"
    UNKNOWN_PRODUCT = "unknown_product"
    QUANTITY = "quantity"
    ADDRESS = "address"
    TOO_MANY_REFERENCES = "too_many_references"
    ORDER_UNKNOWN = "order_unknown"
    ACCOUNT_UNKNOWN = "account_unknown"
    REPEATED = "repeated"


GRANTED = "granted"
"""What came of a row that was carried out; otherwise it is the code of what was refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantSaid:
    """One row as it was written."""

    product: str = ""
    quantity: str = ""
    mail: str = ""
    order: str = ""
    account: str = ""
    case: str = ""

    def as_data(self) -> Mapping[str, str]:
        """Give plain data, to be sealed."""
        return {name: text for name, text in asdict(self).items() if text}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read it again."""
        return cls(**data)

    def units(self) -> int:
        """Give how many are meant, one where nothing is said; 0 if it is no number."""
        text = self.quantity or "1"
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
