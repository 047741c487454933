"""What is refused about gifts."""

from counterfoil.errors.base import Conflict, Denied, Rejected

__all__ = [
    "BeingGiven",
    "GiftAlreadySent",
    "GiftClaimed",
    "GiftDateInvalid",
    "GiftNotSent",
    "GiftTextTooLong",
    "NotGiven",
    "TooManyGiftMails",
]


class GiftDateInvalid(Rejected):
    """A gift cannot be sent at that time."""

    code = "gift_date_invalid"

    def __init__(self, kind: str) -> None:
        """Remember what is wrong: the day is ``over``, ``too_late``, or there is no such zone."""
        self.kind = kind
        super().__init__()


class GiftTextTooLong(Rejected):
    """A name or the message of this gift is too long."""

    code = "gift_text_too_long"

    def __init__(self, field: str, most: int) -> None:
        """Remember which text it is, and how many characters it may have."""
        self.field, self.most = field, most
        super().__init__()


class NotGiven(Conflict):
    """Nobody is being given this, so there is no gift to change."""

    code = "not_given"


class BeingGiven(Conflict):
    """This is a gift for somebody: call the gift off first, then it can be used otherwise."""

    code = "being_given"


class GiftAlreadySent(Conflict):
    """The mail of this gift has gone out; correct its address, or call the gift off."""

    code = "gift_already_sent"


class GiftNotSent(Conflict):
    """The mail of this gift has not gone out yet; it goes out on its day."""

    code = "gift_not_sent"


class GiftClaimed(Conflict):
    """This gift was claimed: it belongs to whoever claimed it."""

    code = "gift_claimed"


class TooManyGiftMails(Denied):
    """This was given, corrected or sent again too often today."""

    code = "too_many_gift_mails"
