"""What is refused about orders that are told to us: by partners, in files, at the till."""

from collections.abc import Iterable
from typing import NamedTuple

from counterfoil.errors.base import Conflict, Rejected


class Fault(NamedTuple):
    """One thing that is wrong with an order: where in it, and what."""

    at: str
    says: str

    def __str__(self) -> str:
        return f"{self.at}: {self.says}"


class DeclarationInvalid(Rejected):
    """The order cannot be taken as it was told; what is wrong is said row by row."""

    code = "declaration_invalid"

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Remember everything that is wrong with it."""
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults[:5])))


class DeclaredDifferently(Conflict):
    """Another order was told before under this reference, or the same one differently."""

    code = "declared_differently"

    def __init__(self, differences: Iterable[Fault]) -> None:
        """Remember what differs from what was told before."""
        self.differences = tuple(differences)
        super().__init__("; ".join(map(str, self.differences[:5])))
