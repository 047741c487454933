"""What is refused about acting on many at once."""

from counterfoil.errors.base import Conflict, Rejected

__all__ = [
    "BulkChanged",
    "BulkClosed",
    "BulkEmpty",
    "BulkInvalid",
    "BulkNotInvertible",
    "BulkTooLarge",
]


class BulkTooLarge(Rejected):
    """These are more entitlements than one act takes at once."""

    code = "bulk_too_large"

    def __init__(self, most: int) -> None:
        """Remember how many it may be."""
        self.most = most
        super().__init__(
            f"These are more than {most:,} entitlements, which is the most for one act. Narrow"
            " them down, by the day of issue for instance, and act on one part after the other."
        )


class BulkEmpty(Conflict):
    """There is no entitlement among these that this would be done to."""

    code = "bulk_empty"


class BulkInvalid(Rejected):
    """This act on many cannot be done as it was asked for."""

    code = "bulk_invalid"


class BulkChanged(Conflict):
    """How they stand was looked at again since it was shown; nothing was done."""

    code = "bulk_changed"


class BulkClosed(Conflict):
    """This act on many was confirmed or discarded before."""

    code = "bulk_closed"


class BulkNotInvertible(Conflict):
    """This act on many cannot be taken back by another."""

    code = "bulk_not_invertible"
