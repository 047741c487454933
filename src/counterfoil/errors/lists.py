"""What is refused about lists, their filters and their files."""

from counterfoil.errors.base import Rejected

__all__ = ["FilterWrong"]


class FilterWrong(Rejected):
    """The list cannot be narrowed down like that."""

    code = "filter_wrong"

    def __init__(self, field: str, text: str) -> None:
        """Remember which filter it is, and what is wrong with it in words."""
        self.field = field
        self.text = text
        super().__init__(text)
