"""One line of what is told of the ledger, and where a page of it is cut."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID


class Cut(NamedTuple):
    """Where a page ends: the moment of its last line, and its key where two share the moment."""

    at: datetime
    key: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a cut from an address; what cannot be one is none."""
        at, _, key = text.partition("~")
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return None
        return cls(moment, key[:64]) if moment.tzinfo is not None else None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """
    One act: of the ledger, or of staff beside it.

    ``where`` is the handle or purchase that a trace shows, ``seal`` the number of its (newest)
    entry in the chain, ``subject`` what it was about where that is no entitlement. ``page`` and
    ``page_id`` name the page of the console that shows more.
    """

    at: datetime
    key: str
    act: str
    who_id: str
    who: str
    hand: str
    reason: str = ""
    comment: str = ""
    case: str = ""
    units: int = 0
    where: str = ""
    moved: str = ""
    seal: int | None = None
    act_id: UUID | None = None
    subject: str = ""
    page: str = ""
    page_id: str = ""

    @property
    def cut(self) -> Cut:
        """Give where a page that ends with this line is cut."""
        return Cut(self.at, self.key)
