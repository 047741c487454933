"""What somebody is told when they cannot give, pass on, correct or give back: one table."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counterfoil.errors import (
    AlreadyOffered,
    BeingGiven,
    CodeAlreadyUsed,
    CounterfoilError,
    CutoffPassed,
    EntitlementExpired,
    EntitlementOnHold,
    EntitlementReserved,
    IllegalMove,
    MailInvalid,
    NotAssigned,
    OfferClosed,
    RecipientIsHolder,
    TransferNotAllowed,
    UndoWindowOver,
)

NO_ADDRESS = _("This does not look like an address. One is name@example.com.")
OFFERED = _("You have offered it to somebody already. Call that off first.")

_WORDS: tuple[tuple[type[CounterfoilError], str | Promise], ...] = (
    (MailInvalid, NO_ADDRESS),
    (RecipientIsHolder, _("This is your own address: you have it already.")),
    (AlreadyOffered, OFFERED),
    (BeingGiven, OFFERED),
    (OfferClosed, _("This offer is over, and nothing was changed.")),
    (
        TransferNotAllowed,
        _("This cannot be passed on here. Our support can tell you more."),
    ),
    (CutoffPassed, _("Too much has happened with it for that. Our support may still help.")),
    (UndoWindowOver, _("The time for that is over. Our support may still help.")),
    (EntitlementOnHold, _("It is suspended for the moment. Write to us if you wonder why.")),
    (EntitlementExpired, _("It has expired, so this cannot be done any more.")),
    (EntitlementReserved, _("It is kept for somebody at the moment.")),
    (CodeAlreadyUsed, _("Somebody has it already. Nothing was changed.")),
    (NotAssigned, _("You do not have this any more. Nothing was changed.")),
    (IllegalMove, _("It is not available any more. Nothing was changed.")),
)

REFUSED = tuple(error for error, _told in _WORDS)
"""Refusals that are told on the page where they happen."""


def told(refusal: CounterfoilError) -> str:
    """Say it in words a customer understands."""
    return next(str(words) for error, words in _WORDS if isinstance(refusal, error))
