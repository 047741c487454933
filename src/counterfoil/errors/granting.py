"""What is refused about lists of grants."""

from counterfoil.errors.base import Conflict

__all__ = ["GrantListChanged", "GrantListClosed", "GrantListNotClean"]


class GrantListNotClean(Conflict):
    """Not every row of this list is good, and it was to be all of them or none."""

    code = "grant_list_not_clean"


class GrantListClosed(Conflict):
    """This list waits for a second person, or was confirmed or discarded before."""

    code = "grant_list_closed"


class GrantListChanged(Conflict):
    """Rows of this list cannot be granted any more as they were asked for; ask for it anew."""

    code = "grant_list_changed"
