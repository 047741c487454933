"""What is refused about second persons, printed batches, and selling at a till."""

from counterfoil.errors.base import Conflict, Denied, NotFound, Rejected

__all__ = [
    "ApprovalClosed",
    "BatchInvalid",
    "BatchNameTaken",
    "BatchNotReady",
    "CountsDiffer",
    "EntitlementAlreadySold",
    "NotPrinted",
    "OwnRequest",
    "PointOfSaleUnknown",
    "PrintFileGone",
    "RecipientKeyRefused",
    "ReferenceUnknown",
    "RequesterMayNot",
    "SaleClosed",
    "SaleInvalid",
]


class ApprovalClosed(Conflict):
    """This request was decided already, or has lapsed."""

    code = "approval_closed"


class OwnRequest(Denied):
    """Nobody decides on what they asked for themselves."""

    code = "own_request"


class RequesterMayNot(Conflict):
    """Whoever asked for this may not do it any more."""

    code = "requester_may_not"


class ReferenceUnknown(Rejected):
    """There is no such order or account here; name one, or call it an external case."""

    code = "reference_unknown"


class BatchNameTaken(Conflict):
    """There is a batch of this name already."""

    code = "batch_name_taken"


class BatchInvalid(Rejected):
    """This cannot be a batch."""

    code = "batch_invalid"


class RecipientKeyRefused(Rejected):
    """The print file cannot be encrypted for this certificate."""

    code = "recipient_key_refused"


class BatchNotReady(Conflict):
    """The batch has not come as far as this."""

    code = "batch_not_ready"


class PrintFileGone(Conflict):
    """The print file was fetched before, and no copy was kept."""

    code = "print_file_gone"


class CountsDiffer(Conflict):
    """The numbers are not those that were shown; look at them again."""

    code = "counts_differ"


class EntitlementAlreadySold(Conflict):
    """This was sold before."""

    code = "entitlement_already_sold"


class NotPrinted(Conflict):
    """This was not printed to be sold at a till."""

    code = "not_printed"


class SaleInvalid(Rejected):
    """These cannot be one sale."""

    code = "sale_invalid"


class SaleClosed(Conflict):
    """This sale was made long ago; nothing is added to it."""

    code = "sale_closed"


class PointOfSaleUnknown(NotFound):
    """There is no such point of sale."""

    code = "point_of_sale_unknown"
