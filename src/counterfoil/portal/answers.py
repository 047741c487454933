"""What members are told when something is refused: one table, in words they understand."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counterfoil.errors import (
    Conflict,
    CounterfoilError,
    Denied,
    NotEnoughFree,
    NotFound,
    PartnerRoleMissing,
    PartnerSuspended,
    Rejected,
    TooManyAttempts,
    Unavailable,
)
from counterfoil.portal import words


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How a refusal is told on a page of its own."""

    status: int
    kind: str
    title: str | Promise
    text: str | Promise


_GONE = _("It may be another partner's, or the address is incomplete.")
_TABLE: tuple[tuple[type[CounterfoilError], int, str, str | Promise, str | Promise], ...] = (
    (NotFound, 404, "not_found", _("There is nothing here"), _GONE),
    (
        PartnerSuspended,
        403,
        "suspended",
        _("Handing out is suspended"),
        _(
            "You can look at everything. Nothing can be handed out, changed or taken back until the"
            " suspension is over. Ask your contact with us why."
        ),
    ),
    (
        PartnerRoleMissing,
        403,
        "denied",
        _("This is for admins"),
        _("Ask somebody who is admin of your organisation to do it, or to make you admin."),
    ),
    (Denied, 403, "denied", _("This is not open to you"), ""),
    (TooManyAttempts, 429, "too_many", _("Please wait"), _("That was tried too often.")),
    (Conflict, 409, "changed", _("That is not possible any more"), ""),
    (Rejected, 422, "wrong", _("That cannot be done like this"), ""),
    (
        Unavailable,
        503,
        "unavailable",
        _("Not available just now"),
        _("Nothing is lost, and trying again is safe."),
    ),
    (CounterfoilError, 500, "failed", _("Something failed on our side"), ""),
)


def answer_to(refusal: CounterfoilError) -> Told:
    """Find how a refusal is told."""
    for error, status, kind, title, text in _TABLE:
        if isinstance(refusal, error):
            return Told(status=status, kind=kind, title=title, text=text or sentence(refusal))
    raise AssertionError(refusal)


def sentence(refusal: CounterfoilError) -> str:
    """Say a refusal in a sentence, for beside a form."""
    if isinstance(refusal, NotEnoughFree):
        return words.too_few(refusal.left)
    return words.refusal(refusal.code)
