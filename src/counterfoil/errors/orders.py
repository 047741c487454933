"""What is refused about orders: carts, channels, and the messages they send."""

from counterfoil.errors.base import Conflict, NotFound, Rejected, Unavailable

__all__ = [
    "AccessLost",
    "CartClosed",
    "CartEmpty",
    "ChannelRefused",
    "ChannelUnavailable",
    "ConnectionIncomplete",
    "CurrenciesMixed",
    "Forged",
    "JobFinished",
    "MailInvalid",
    "Malformed",
    "MappingInvalid",
    "OrderInvalid",
    "OrderUnknown",
    "ProductNotSold",
    "QuantityInvalid",
    "Stale",
    "TooLarge",
]


class ProductNotSold(NotFound):
    """There is no such product on sale here."""

    code = "product_not_sold"


class OrderUnknown(NotFound):
    """The channel knows no such order."""

    code = "order_unknown"


class ChannelRefused(Conflict):
    """The channel does not allow this; repeating the call will not help."""

    code = "channel_refused"


class CartClosed(Conflict):
    """This cart can no longer be paid."""

    code = "cart_closed"


class JobFinished(Conflict):
    """This work has come to its end."""

    code = "job_finished"


class CartEmpty(Rejected):
    """There is nothing in the cart."""

    code = "cart_empty"


class QuantityInvalid(Rejected):
    """So many cannot be bought at once."""

    code = "quantity_invalid"


class CurrenciesMixed(Rejected):
    """What is priced in two currencies cannot be paid together."""

    code = "currencies_mixed"


class MailInvalid(Rejected):
    """This is not a mail address."""

    code = "mail_invalid"


class MappingInvalid(Rejected):
    """The product cannot be mapped like this."""

    code = "mapping_invalid"


class OrderInvalid(Rejected):
    """The order cannot be a purchase as it stands."""

    code = "order_invalid"


class Forged(Rejected):
    """The message is not signed by the channel."""

    code = "forged"


class Stale(Rejected):
    """The message was signed too long ago, or in the future."""

    code = "stale"


class Malformed(Rejected):
    """The message cannot be read."""

    code = "malformed"


class TooLarge(Rejected):
    """The message is larger than any this channel sends."""

    code = "too_large"


class ChannelUnavailable(Unavailable):
    """The channel does not answer."""

    code = "channel_unavailable"

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after  # seconds, if the channel said so
        super().__init__(detail)


class AccessLost(ChannelUnavailable):
    """The channel no longer accepts our key; codes that were issued stay valid."""

    code = "access_lost"


class ConnectionIncomplete(Unavailable):
    """This connection lacks a secret, or nobody knows its channel."""

    code = "connection_incomplete"
