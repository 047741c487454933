"""What is refused about passing on, giving back and correcting what somebody has."""

from counterfoil.errors.base import Conflict, Denied, Rejected

__all__ = [
    "AlreadyOffered",
    "CutoffPassed",
    "OfferClosed",
    "RecipientIsHolder",
    "TransferNotAllowed",
]


class CutoffPassed(Conflict):
    """Since then something happened that cannot be undone here; support can still do it."""

    code = "cutoff_passed"


class AlreadyOffered(Conflict):
    """It is offered to somebody already; call that off first."""

    code = "already_offered"


class OfferClosed(Conflict):
    """This offer was answered or called off, has lapsed, or is about what nobody has any more."""

    code = "offer_closed"


class TransferNotAllowed(Denied):
    """The terms of this product do not let its holder pass it on."""

    code = "transfer_not_allowed"


class RecipientIsHolder(Rejected):
    """Whoever it would go to has it already."""

    code = "recipient_is_holder"
