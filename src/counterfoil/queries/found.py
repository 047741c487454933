"""What a search gives: the traces it led to, and pages that are none."""

from dataclasses import dataclass
from enum import StrEnum

from counterfoil.queries._hits import Hit, only_of


class PlaceKind(StrEnum):
    """What a page beside the traces is about."""

    PARTNER = "partner"
    PERSON = "person"
    CASE = "case"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A page that is no trace: ``where`` is a partner's slug, or the id of what it is about."""

    kind: PlaceKind
    where: str
    label: str


class Kind(StrEnum):
    """How a search was understood; empty if nothing was asked."""

    CODE = "code"
    MISTYPED = "mistyped"
    LAST_FOUR = "last_four"
    HANDLE = "handle"
    MAIL = "mail"
    REFERENCE = "reference"
    ID = "id"
    BATCH = "batch"
    TICKET = "ticket"
    SUBJECT = "subject"
    ACCOUNT = "account"
    PARTNER = "partner"
    NOTHING = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """
    What a search led to: traces, and places that are none.

    ``term`` may be shown again: it is empty where the search was, or might have been, a code.
    ``needs_more`` says that the last four alone do not tell whose entitlement it is.
    """

    kind: Kind
    term: str = ""
    hits: tuple[Hit, ...] = ()
    places: tuple[Place, ...] = ()
    needs_more: bool = False
    is_truncated: bool = False

    @property
    def only(self) -> Hit | None:
        """Give the one thing it led to, which may be opened at once; ``None`` if there are more."""
        elsewhere = any(place.kind is not PlaceKind.PERSON for place in self.places)
        unsure = self.needs_more or self.is_truncated or elsewhere
        return None if unsure else only_of(self.hits)

    @property
    def place(self) -> Place | None:
        """Give the one page that is no trace, where there is nothing else."""
        return self.places[0] if len(self.places) == 1 and not self.hits else None
