"""What is refused about handing out."""

from counterfoil.errors.base import Conflict, Rejected

__all__ = ["HandoutClosed", "HandoutNotClean", "RecipientInvalid"]


class HandoutNotClean(Conflict):
    """Not every row of this list is good, and it was to be all of them or none."""

    code = "handout_not_clean"


class HandoutClosed(Conflict):
    """This list was confirmed or discarded before, or nothing of it is left to do."""

    code = "handout_closed"


class RecipientInvalid(Rejected):
    """Nothing can be sent to this recipient as it stands."""

    code = "recipient_invalid"

    def __init__(self, fault: str) -> None:
        """Remember what is wrong, as the rows of a list name it."""
        self.fault = fault
        super().__init__(f"The recipient cannot be taken: {fault.replace('_', ' ')}.")
