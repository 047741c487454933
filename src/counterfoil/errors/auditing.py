"""What is refused about the ledger and its audit."""

from counterfoil.errors.base import Rejected

__all__ = ["LedgerTooWide"]


class LedgerTooWide(Rejected):
    """Finding this in the ledger takes too long: ask for fewer days, or for one member of staff."""

    code = "ledger_too_wide"
