"""What a channel says about one order, in the same words for every channel."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PaymentStatus(StrEnum):
    """How the payment of an order stands."""

    OPEN = "open"
    AWAITING = "awaiting"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


class RefundStatus(StrEnum):
    """How a refund stands; a refund that succeeded may still fail later."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DisputeStatus(StrEnum):
    """How a dispute stands; an inquiry withdraws no money."""

    INQUIRY = "inquiry"
    INQUIRY_CLOSED = "inquiry_closed"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLine:
    """
    One line of an order.

    ``product_keys`` are tried in order against the connection's product mapping. ``quantity`` is
    what was ordered and is still wanted, not counting refunds. Money is in minor units.
    """

    reference: str
    product_keys: tuple[str, ...]
    description: str
    quantity: int
    unit_amount: int
    amount_total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRefund:
    """
    One refund of an order, with as much of its meaning as the channel knows.

    ``line`` and ``quantity`` name what was given back, ``units`` the handles of entitlements; all
    are empty when the channel knows only an amount.
    """

    reference: str
    amount: int
    currency: str
    status: RefundStatus
    at: datetime
    line: str | None = None
    quantity: int | None = None
    units: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderDispute:
    """One dispute about the payment of an order."""

    reference: str
    amount: int
    currency: str
    status: DisputeStatus
    at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderState:
    """
    The newest known state of one order.

    ``as_of`` is the moment before the channel was asked, by the database clock (or the channel's
    own version of the order, where it has one): a state older than the last one seen is ignored.
    """

    reference: str
    as_of: datetime
    payment: PaymentStatus
    payment_reference: str
    is_test: bool
    currency: str
    amount_total: int
    lines: tuple[OrderLine, ...]
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    buyer_email: str | None = None
    buyer_name: str = ""
    locale: str = ""
    cart: str | None = None
    refunds: tuple[OrderRefund, ...] = ()
    disputes: tuple[OrderDispute, ...] = ()
