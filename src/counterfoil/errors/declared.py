"""What is refused about orders that are told to us: by partners, in files, at the till."""

from collections.abc import Iterable
from typing import NamedTuple

from counterfoil.errors.base import Conflict, Denied, Rejected

__all__ = [
    "ConnectionOff",
    "DeclarationInvalid",
    "DeclaredDifferently",
    "Fault",
    "KeyMissing",
    "KeyReused",
    "KeyUnbound",
    "NotTold",
    "PurchaseUnfinished",
    "RequestInFlight",
]


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


class NotTold(Rejected):
    """No orders are told through this connection, or they are another partner's."""

    code = "not_told"


class KeyUnbound(Denied):
    """The API key is bound to no connection through which orders are told."""

    code = "key_unbound"


class ConnectionOff(Denied):
    """The connection of this API key is switched off."""

    code = "connection_off"


class RequestInFlight(Conflict):
    """A request with this idempotency key is being worked on; ask again in a moment."""

    code = "request_in_flight"
    retry_after = 1


class KeyReused(Rejected):
    """This idempotency key was used before, for another request."""

    code = "idempotency_key_reused"


class KeyMissing(Rejected):
    """This needs a header Idempotency-Key of 1 to 255 printable characters."""

    code = "idempotency_key_missing"


class PurchaseUnfinished(Conflict):
    """Not everything of this purchase is issued yet; take it back in a moment."""

    code = "purchase_unfinished"
    retry_after = 5
