"""
Everything that can be refused, as facts.

::

    CounterfoilError
    ├── NotFound          what was named does not exist
    │   └── CodeNotFound
    ├── Conflict          true now, may be different later or for somebody else
    │   ├── CodeAlreadyUsed, CodeReplaced, EntitlementRevoked, EntitlementExpired,
    │   │   EntitlementOnHold, EntitlementReserved, EntitlementNotSold, NotAssigned
    │   ├── IllegalMove, StaleEntitlement
    │   ├── SubjectAlreadyKnown, UndoWindowOver
    │   └── TooManyAttempts, ChannelRefused
    ├── Rejected          the request itself is wrong and stays wrong
    │   ├── CodeMalformed, SubjectInvalid, OrderInvalid, ReasonMissing
    │   └── Forged, Stale, Malformed, TooLarge        (messages from a channel)
    ├── Denied            the actor may not do this
    │   └── ApprovalMissing, CodeNotRevealable, TooManyReveals, SignInRefused
    └── Unavailable       something we depend on does not answer; try again later
        └── ChannelUnavailable

The docstring of a class is its message; ``code`` never changes once released. Operations raise
these; only surfaces translate them (the public surfaces fold many of them into one neutral answer).
"""

from typing import ClassVar


class CounterfoilError(Exception):
    """Something was refused."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(detail or self.message)

    @property
    def message(self) -> str:
        """Give the sentence that states the fact, for people."""
        return " ".join((type(self).__doc__ or "").split())


class NotFound(CounterfoilError):
    """What was asked for does not exist."""

    code = "not_found"


class Conflict(CounterfoilError):
    """The state of things does not allow this."""

    code = "conflict"


class Rejected(CounterfoilError):
    """The request is wrong as it stands."""

    code = "rejected"


class Denied(CounterfoilError):
    """The actor may not do this."""

    code = "denied"


class Unavailable(CounterfoilError):
    """Something this depends on does not answer; repeating the call later is safe."""

    code = "unavailable"


class CodeNotFound(NotFound):
    """No entitlement carries this code."""

    code = "code_not_found"


class CodeMalformed(Rejected):
    """This is not a code: it is mistyped or incomplete."""

    code = "code_malformed"

    def __init__(self, kind: str) -> None:
        """Remember which rule was broken: ``length``, ``alphabet`` or ``check``."""
        self.kind = kind
        super().__init__()


class CodeAlreadyUsed(Conflict):
    """This code was used, and the entitlement is assigned to somebody else."""

    code = "code_already_used"


class CodeReplaced(Conflict):
    """This code was replaced by a new one and no longer works."""

    code = "code_replaced"


class EntitlementRevoked(Conflict):
    """This entitlement was withdrawn."""

    code = "entitlement_revoked"


class EntitlementExpired(Conflict):
    """This entitlement has expired."""

    code = "entitlement_expired"


class EntitlementOnHold(Conflict):
    """Somebody has suspended this entitlement."""

    code = "entitlement_on_hold"


class EntitlementReserved(Conflict):
    """This entitlement is held for somebody else."""

    code = "entitlement_reserved"


class EntitlementNotSold(Conflict):
    """This code exists but was not sold yet."""

    code = "entitlement_not_sold"


class NotAssigned(Conflict):
    """Nobody has this entitlement, so there is nothing to complete or undo."""

    code = "not_assigned"


class IllegalMove(Conflict):
    """The lifecycle has no such move from the present state."""

    code = "illegal_move"


class StaleEntitlement(Conflict):
    """The entitlement changed while this was being decided; read it again."""

    code = "stale_entitlement"


class SubjectAlreadyKnown(Conflict):
    """The subject was given before, and is another one."""

    code = "subject_already_known"


class UndoWindowOver(Conflict):
    """The time in which the holder may give it back alone is over; support can still do it."""

    code = "undo_window_over"


class TooManyAttempts(Conflict):
    """Too many codes were tried that match nothing; wait before the next."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        """Remember how many seconds to wait."""
        self.retry_after = retry_after
        super().__init__()


class ChannelRefused(Conflict):
    """The channel does not allow this; repeating the call will not help."""

    code = "channel_refused"


class SubjectInvalid(Rejected):
    """The subject lacks something its kind requires."""

    code = "subject_invalid"


class OrderInvalid(Rejected):
    """The order cannot be a purchase as it stands."""

    code = "order_invalid"


class ReasonMissing(Rejected):
    """This needs a reason."""

    code = "reason_missing"


class Forged(Rejected):
    """The message is not signed by the channel."""

    code = "forged"


class Stale(Rejected):
    """The message was signed too long ago, or in the future."""

    code = "stale"


class Malformed(Rejected):
    """The message cannot be read."""

    code = "malformed"


class TooLarge(Rejected):
    """The message is larger than any this channel sends."""

    code = "too_large"


class ApprovalMissing(Denied):
    """This needs a second person."""

    code = "approval_missing"


class TooManyReveals(Denied):
    """You have shown as many codes today as one person may."""

    code = "too_many_reveals"


class CodeNotRevealable(Denied):
    """This code cannot be shown any more; replace it to get a new one."""

    code = "code_not_revealable"


class SignInRefused(Denied):
    """These digits are wrong or not valid any more; ask for new ones."""

    code = "sign_in_refused"


class ChannelUnavailable(Unavailable):
    """The channel does not answer."""

    code = "channel_unavailable"
