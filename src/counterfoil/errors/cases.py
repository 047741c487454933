"""What is refused about cases: exceptions that somebody works on."""

from counterfoil.errors.base import Conflict, Rejected

__all__ = (
    "CaseSettled",
    "CaseTaken",
    "DueInvalid",
    "OutcomeMissing",
    "OwnerUnknown",
    "SituationChanged",
)


class CaseSettled(Conflict):
    """This case has been settled in the meantime; nothing was changed."""

    code = "case_settled"


class CaseTaken(Conflict):
    """Somebody else works on this case; take it over first."""

    code = "case_taken"


class SituationChanged(Conflict):
    """It is not as it was shown any more; nothing was done. Look again before you decide."""

    code = "situation_changed"


class DueInvalid(Rejected):
    """Choose a day from tomorrow on, within ninety days."""

    code = "due_invalid"


class OutcomeMissing(Rejected):
    """Say what came of it."""

    code = "outcome_missing"


class OwnerUnknown(Rejected):
    """Nobody of that name works on cases here."""

    code = "owner_unknown"
