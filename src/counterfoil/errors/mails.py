"""What can be refused about mails."""

from counterfoil.errors.base import Conflict, NotFound, Rejected

__all__ = ["DeliveryOver", "MailTextChanged", "MailTextInvalid", "MailUnknown"]


class MailUnknown(NotFound):
    """There is no such mail."""

    code = "mail_unknown"


class MailTextInvalid(Rejected):
    """These words cannot be sent; ``field`` says whether it is the ``subject`` or the ``body``."""

    code = "mail_text_invalid"

    def __init__(self, detail: str = "", *, field: str = "body") -> None:
        self.field = field
        super().__init__(detail)


class MailTextChanged(Conflict):
    """Somebody else has changed these words in the meantime."""

    code = "mail_text_changed"


class DeliveryOver(Conflict):
    """This mail was sent already, or there is nothing left to say in it."""

    code = "delivery_over"
