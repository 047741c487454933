"""What is refused about entitlements, their codes, and those who act on them."""

from collections.abc import Iterable

from counterfoil.errors.base import Conflict, Denied, NotFound, Rejected
from counterfoil.errors.declared import Fault

__all__ = [
    "ApprovalMissing",
    "CodeAlreadyUsed",
    "CodeMalformed",
    "CodeNotFound",
    "CodeNotRevealable",
    "CodeReplaced",
    "EntitlementBound",
    "EntitlementExpired",
    "EntitlementIsTest",
    "EntitlementNotSold",
    "EntitlementOnHold",
    "EntitlementReserved",
    "EntitlementRevoked",
    "IllegalMove",
    "NotAssigned",
    "ReasonMissing",
    "SignInRefused",
    "StaleEntitlement",
    "SubjectAlreadyKnown",
    "SubjectInvalid",
    "TooManyAttempts",
    "TooManyReveals",
    "UndoWindowOver",
]


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


class EntitlementBound(Conflict):
    """This was given to somebody whose address it is bound to, and to nobody else."""

    code = "entitlement_bound"


class EntitlementNotSold(Conflict):
    """This code exists but was not sold yet."""

    code = "entitlement_not_sold"


class EntitlementIsTest(Conflict):
    """This is a test entitlement, and only real ones are used here."""

    code = "entitlement_is_test"


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


class SubjectInvalid(Rejected):
    """The subject lacks something its kind requires."""

    code = "subject_invalid"

    def __init__(self, detail: str = "", *, faults: Iterable[Fault] = ()) -> None:
        """Remember everything that is wrong with it, by field."""
        self.faults = tuple(faults)
        super().__init__(detail)


class ReasonMissing(Rejected):
    """This needs a reason."""

    code = "reason_missing"


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
