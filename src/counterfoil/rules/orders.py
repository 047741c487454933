"""What a channel says about one order, in the same words for every channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


class OrderPath(StrEnum):
    """Whether the holder comes later, or was known before the payment (the old, coupled way)."""

    NEW = "new"
    COUPLED = "coupled"


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderGift:
    """
    What a buyer wished when giving: kept as it was told, be it nonsense.

    ``send_told`` is the date as it was written, where that is no time.
    """

    recipient_mail: str | None = None
    recipient_name: str = ""
    message: str = ""
    sender_name: str = ""
    send_at: datetime | None = None
    send_told: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderHolder:
    """Who has a unit already, in a coupled sale: an account of the host, and what it is for."""

    account: str
    mail: str | None = None
    subject_kind: str = ""
    subject_reference: str = ""
    subject_data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLine:
    """
    One line of an order.

    ``product_keys`` are tried in order against the connection's product mapping. ``quantity`` is
    what was ordered and is still wanted, not counting refunds: a refund does not lower it.
    ``holders`` has one for each entitlement, first to last, or none. Money is in minor units.
    ``is_foreign`` says that the channel itself delivers it (its own gift cards), so that nobody is
    asked what it is; whoever maps it sells it here all the same.
    """

    reference: str
    product_keys: tuple[str, ...]
    description: str
    quantity: int
    unit_amount: int
    amount_total: int
    gift: OrderGift | None = None
    holders: tuple[OrderHolder, ...] = ()
    is_foreign: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundedLine:
    """
    How many units of a line a refund takes back, and how much of the money was for them.

    A quantity of 0 says that the channel knows the line but not how many.
    """

    line: str
    quantity: int
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRefund:
    """
    One refund of an order, with as much of its meaning as the channel knows.

    ``lines`` says what was given back, even if no money moved for it; ``units`` are handles of
    entitlements. Both are empty when the channel knows only an amount. ``money_only`` says that the
    channel takes no unit back for it (goodwill, shipping).
    """

    reference: str
    amount: int
    currency: str
    status: RefundStatus
    at: datetime
    lines: tuple[RefundedLine, ...] = ()
    units: tuple[str, ...] = ()
    money_only: bool = False
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
    ``amount_total`` is the price of all lines with shipping and tax, refunds not taken off.
    ``number`` is what a person calls the order, ``gift`` what was wished for all of it. Without
    ``notify`` the buyer hears of it from whoever sold it, and not from us. Where the channel
    ``lists_all_refunds``, one that was there before and is not any more was taken back.
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
    gift: OrderGift | None = None
    number: str = ""
    path: OrderPath = OrderPath.NEW
    notify: bool = True
    lists_all_refunds: bool = False
