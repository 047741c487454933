"""What is refused about order files."""

from counterfoil.errors.base import Conflict, Rejected

__all__ = [
    "FileClosed",
    "FileNotClean",
    "FileTooLarge",
    "FileUnreadable",
]


class FileUnreadable(Rejected):
    """This file cannot be read as a list of orders."""

    code = "file_unreadable"


class FileTooLarge(Rejected):
    """This file is larger than any that is read; divide it."""

    code = "file_too_large"


class FileNotClean(Conflict):
    """Not every row of this file is good, and it was to be all of them or none."""

    code = "file_not_clean"


class FileClosed(Conflict):
    """This file was confirmed or discarded before."""

    code = "file_closed"
