"""What is refused between claiming and using: steps, consents, and what something is for."""

from collections.abc import Iterable

from counterfoil.errors.base import Conflict, NotFound, Rejected, Unavailable
from counterfoil.errors.declared import Fault

__all__ = [
    "AgreementMissing",
    "AnswersInvalid",
    "ChooserFailed",
    "ConsentTextChanged",
    "ConsentTextMissing",
    "StepAlreadyDone",
    "StepNotYet",
    "StepUnknown",
    "SubjectBusy",
    "SubjectTaken",
    "SubjectUnknown",
]


class StepUnknown(NotFound):
    """There is no such step here."""

    code = "step_unknown"


class StepNotYet(Conflict):
    """Something has to be agreed to before this is asked."""

    code = "step_not_yet"


class StepAlreadyDone(Conflict):
    """This was answered before, and what it was for is being set up; support can change it."""

    code = "step_already_done"


class ConsentTextChanged(Conflict):
    """The text has changed since it was shown; read the new one."""

    code = "consent_text_changed"


class ConsentTextMissing(Conflict):
    """There is no text yet to which anybody could agree; nothing is lost by waiting."""

    code = "consent_text_missing"


class AgreementMissing(Rejected):
    """Staff agree to nothing for anybody: say who agreed, and how."""

    code = "agreement_missing"


class AnswersInvalid(Rejected):
    """Some answers are missing or wrong."""

    code = "answers_invalid"

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """Remember everything that is wrong with them, by field."""
        self.faults = tuple(faults)
        super().__init__(" ".join(one.says for one in self.faults[:5]))


class SubjectUnknown(NotFound):
    """This account has no such subject."""

    code = "subject_unknown"


class SubjectTaken(Conflict):
    """There is such a subject already, and there may be only one."""

    code = "subject_taken"


class SubjectBusy(Conflict):
    """Another entitlement is for this subject, and there may be only one at a time."""

    code = "subject_busy"


class ChooserFailed(Unavailable):
    """The list from which to choose does not answer; what was claimed is safe."""

    code = "chooser_failed"
