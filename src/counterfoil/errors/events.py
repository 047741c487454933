"""What stands against reading the feed of events on from somewhere."""

from counterfoil.errors.base import NotFound, Rejected

__all__ = ["CursorUnknown", "EventsForgotten"]


class EventsForgotten(NotFound):
    """Events after this cursor were deleted: begin anew, and compare with how things stand."""

    code = "events_forgotten"


class CursorUnknown(Rejected):
    """The feed has not come as far as this cursor: it is of another installation, or made up."""

    code = "cursor_unknown"
