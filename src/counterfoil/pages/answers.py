"""
What the public is told when something is refused: one table.

Operations are precise; here all reasons why a code is of no use become one neutral sentence, so
that nobody learns by trying whether a code exists. The precise reason is in the attempt, for staff.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counterfoil.errors import (
    CodeAlreadyUsed,
    CodeMalformed,
    CodeNotFound,
    CodeReplaced,
    Conflict,
    CounterfoilError,
    Denied,
    EntitlementBound,
    EntitlementExpired,
    EntitlementIsTest,
    EntitlementNotSold,
    EntitlementOnHold,
    EntitlementReserved,
    EntitlementRevoked,
    NotFound,
    Rejected,
    TooManyAttempts,
    Unavailable,
)
from counterfoil.rules.lifecycle import PublicState

UNUSABLE = (
    CodeNotFound,
    CodeAlreadyUsed,
    CodeReplaced,
    EntitlementExpired,
    EntitlementIsTest,
    EntitlementNotSold,
    EntitlementOnHold,
    EntitlementReserved,
    EntitlementBound,
    EntitlementRevoked,
)
"""A code that cannot be used here, and the public is not told why."""

UNUSABLE_STATUS = 422
"""The one status of all of them, and of a mistyped code."""

AGAIN_AFTER = 30  # seconds, when something we depend on does not answer

_KINDS: tuple[tuple[type[CounterfoilError], int, str], ...] = (
    (TooManyAttempts, 429, "too_many"),
    (NotFound, 404, "not_found"),
    (Denied, 403, "denied"),
    (Unavailable, 503, "unavailable"),
    (Conflict, 409, "changed"),
    (Rejected, 422, "changed"),
    (CounterfoilError, 500, "failed"),
)

_MALFORMED: dict[str, str | Promise] = {
    "length": _("This is not the length of a code: it has 16 or 24 letters and digits."),
    "alphabet": _("There is a sign in it that no code has. A code is letters and digits only."),
    "check": _("One character looks wrong, or two are swapped. Compare it once more."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """How a refusal is told: HTTP status, kind of message, and when to try again."""

    status: int
    kind: str
    retry_after: int | None = None

    @property
    def retry_at(self) -> datetime | None:
        """Give the moment from which trying again makes sense."""
        if self.retry_after is None:
            return None
        return timezone.now() + timedelta(seconds=self.retry_after)


@dataclass(frozen=True, slots=True)
class Precise:
    """What somebody concerned is told instead of the neutral sentence."""

    title: str | Promise
    text: str | Promise


_PRECISE: dict[PublicState, Precise] = {
    PublicState.IN_USE: Precise(
        _("This code was used"), _("When it was, you see under My purchases.")
    ),
    PublicState.EXPIRED: Precise(
        _("This code has expired"), _("Until when it was valid, you see under My purchases.")
    ),
    PublicState.WAITING: Precise(
        _("This code is kept for somebody"), _("Until when it is, you see under My purchases.")
    ),
    PublicState.NOT_AVAILABLE: Precise(
        _("This code is not available"),
        _("It was withdrawn, or is suspended for the moment. Write to us if you wonder why."),
    ),
    PublicState.READY: Precise(
        _("This code was replaced"), _("The code that is valid now you find under My purchases.")
    ),
}


BOUND = Precise(
    _("This is for somebody else's address"),
    _(
        "It can be claimed only with the address that its mail came to. If that is yours, too, sign"
        " out, open the link in the mail again, and use that address."
    ),
)
"""What somebody with another address is told, who holds a code that is bound to its recipient."""


def answer_to(refusal: CounterfoilError) -> Answer:
    """Find how a refusal is told when it needs a page of its own."""
    for error, status, kind in _KINDS:
        if isinstance(refusal, error):
            return Answer(status=status, kind=kind, retry_after=_retry_after(refusal))
    raise AssertionError(refusal)


def malformed(refusal: CodeMalformed) -> str:
    """Say what is wrong with what was typed."""
    return str(_MALFORMED[refusal.kind])


def precise(state: PublicState) -> Precise:
    """Say why a code is refused, to somebody who bought it or has it."""
    return _PRECISE[state]


def _retry_after(refusal: CounterfoilError) -> int | None:
    if isinstance(refusal, Unavailable):
        return AGAIN_AFTER
    return getattr(refusal, "retry_after", None)
