"""What is refused when a person decides what a refund takes back."""

from counterfoil.errors.base import Conflict, NotFound, Rejected

__all__ = [
    "NothingToDecide",
    "RefundNotPaid",
    "RefundSaysOtherwise",
    "RefundUnitsInvalid",
    "RefundUnknown",
    "RefundedByAnother",
]


class RefundUnknown(NotFound):
    """The purchase has no such refund."""

    code = "refund_unknown"


class RefundNotPaid(Conflict):
    """This refund is on its way, or failed: nothing is taken back for it."""

    code = "refund_not_paid"


class RefundSaysOtherwise(Conflict):
    """The channel says how many units of which line went back; that cannot be decided here."""

    code = "refund_says_otherwise"


class RefundedByAnother(Conflict):
    """Another refund has taken one of these entitlements already."""

    code = "refunded_by_another"


class NothingToDecide(Conflict):
    """No refund takes this entitlement, and nothing about it waits to be decided."""

    code = "nothing_to_decide"


class RefundUnitsInvalid(Rejected):
    """A refund can only take entitlements of its own purchase, and revoke or keep each."""

    code = "refund_units_invalid"
