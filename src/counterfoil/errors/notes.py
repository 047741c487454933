"""What is refused about what staff write down, and about what they may read in full."""

from counterfoil.errors.base import Denied, Rejected

__all__ = ["NoteInvalid", "TooManyAddressesRead"]


class NoteInvalid(Rejected):
    """A note says something, in at most 4000 characters, and is about something."""

    code = "note_invalid"


class TooManyAddressesRead(Denied):
    """You have been shown as many addresses today as one person may."""

    code = "too_many_addresses_read"
