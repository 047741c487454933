"""What is refused about lists, their filters and their files, and about figures."""

from datetime import datetime

from counterfoil.errors.base import Conflict, NotFound, Rejected, Unavailable

__all__ = [
    "AlreadyCounting",
    "ExportTooLarge",
    "FilterWrong",
    "ListTooSlow",
    "TooManyExports",
    "TooManyViews",
    "ViewInvalid",
    "ViewUnknown",
]


class FilterWrong(Rejected):
    """The list cannot be narrowed down like that."""

    code = "filter_wrong"

    def __init__(self, field: str, text: str) -> None:
        """Remember which filter it is, and what is wrong with it in words."""
        self.field = field
        self.text = text
        super().__init__(text)


class ListTooSlow(Unavailable):
    """Reading this took longer than a list may, and was stopped; ask for less of it."""

    code = "list_too_slow"


class ExportTooLarge(Conflict):
    """There are more rows than one file may have; nothing was exported."""

    code = "export_too_large"

    def __init__(self, limit: int) -> None:
        """Remember how many there may be."""
        self.limit = limit
        super().__init__(f"There are more than {limit} rows; nothing was exported.")


class TooManyExports(Conflict):
    """As many files are being sent as may be; the next can be asked for when one has arrived."""

    code = "too_many_exports"

    def __init__(self, why: str, until: datetime) -> None:
        """Remember when there is room again at the latest."""
        self.until = until
        super().__init__(
            f"{why} Ask again when one has arrived, at {until:%H:%M} UTC at the latest: so that"
            " files do not take from customers what these need. Nothing was exported."
        )


class ViewInvalid(Rejected):
    """A view needs a name, and a list it is of."""

    code = "view_invalid"


class TooManyViews(Conflict):
    """Whoever saves this has as many views as one may; drop one first."""

    code = "too_many_views"


class ViewUnknown(NotFound):
    """There is no such view, or it is somebody else's."""

    code = "view_unknown"


class AlreadyCounting(Conflict):
    """The figures are being counted already; that count will do."""

    code = "already_counting"
