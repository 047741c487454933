"""What every channel answers, and the words it answers in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from counterfoil.rules.orders import OrderRefund, OrderState


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """
    One delivery exactly as it arrived.

    The body is kept as bytes because that is what channels sign; header names are lower-case.
    """

    body: bytes
    headers: Mapping[str, str]
    received_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivacyRequest:
    """
    Somebody asks through the channel for what is kept about a person, or that it be erased.

    ``asks`` is ``export``, ``erase`` or ``erase_shop``. It holds numbers only: whose they are the
    channel knows.
    """

    asks: str
    reference: str
    person: str = ""
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """
    What an authentic message says: look at this order.

    ``pointer`` is what to hand to ``read_order``; without one there is nothing in it for us, unless
    it is about the connection itself (``asks_to_check``) or somebody's data (``privacy``). ``key``
    tells which of the connection's secrets fitted, counted from ``"1"``. ``cause_id`` is what the
    channel calls the event that several messages may tell of. ``claims_paid`` is only a hint for
    doing urgent work first: nothing is issued on the word of a message.
    """

    message_id: str
    topic: str
    pointer: str | None
    is_test: bool
    key: str
    claims_paid: bool = False
    cause_id: str = ""
    asks_to_check: bool = False
    privacy: PrivacyRequest | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckoutLine:
    """One thing to be paid for; with a price reference the channel's own price is charged."""

    name: str
    sku: str
    unit_amount: int
    quantity: int
    price_reference: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckoutRequest:
    """
    A cart that somebody wants to pay.

    ``success_url`` may contain ``{CHECKOUT_SESSION_ID}``, which the channel replaces by its
    reference of the order. Asking twice with the same cart gives the same checkout.
    """

    cart: str
    lines: tuple[CheckoutLine, ...]
    currency: str
    success_url: str
    cancel_url: str
    email: str | None = None
    locale: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostedCheckout:
    """Where to send the buyer, and how the channel calls the order that may come of it."""

    reference: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundRequest:
    """
    Money to give back, and what it is for.

    ``line`` and ``quantity``, or ``units`` (handles), travel with the refund, so that it can be
    attributed exactly when the channel reports it. The same idempotency key moves money once.
    """

    payment_reference: str
    amount: int
    currency: str
    idempotency_key: str
    line: str | None = None
    quantity: int | None = None
    units: tuple[str, ...] = field(default=())
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedUnit:
    """One entitlement as a shop may show it: the line it belongs to, its handle and its state."""

    line: str
    handle: str
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderReport:
    """What became of an order; ``claim_url`` is where its codes are used, if the shop shows it."""

    reference: str
    units: tuple[ReportedUnit, ...]
    claim_url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelHealth:
    """
    What had to be put right with a channel, and what only a person can put right.

    ``hints`` name what works well enough, and would work better.
    """

    mended: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


class Channel(Protocol):
    """
    A place where purchases happen.

    An adapter says whether a message is authentic, which order it is about and how that order
    stands, and that is all: it never touches the database and does not know what an entitlement is.
    """

    def authenticate(self, envelope: Envelope) -> Notice | None:
        """
        Say which order a message is about, having made sure that the channel sent it just now.

        Only what was signed counts: a header can refuse a message and never gives it a meaning.
        ``None`` stands for a mere knock, such as some senders make when they are set up: there is
        nothing in it that could be trusted or lost, so it is answered and leaves nothing behind.

        :raises Forged: if no secret of the connection fits.
        :raises Stale: if it was signed more than five minutes before or after its receipt.
        :raises Malformed: if it is signed and cannot be read.
        :raises TooLarge: if it is larger than any message of this channel.
        """
        ...

    def read_order(self, pointer: str, *, as_of: datetime) -> OrderState | None:
        """
        Ask the channel how an order stands now.

        ``as_of`` is the moment before the question, so that two answers can be put in order. There
        is no answer where the channel knows no such order, or none that this connection fulfils.

        :raises ChannelUnavailable: if the channel does not answer; asking again later is safe.
        :raises OrderInvalid: if the channel answers something that cannot be an order.
        """
        ...

    def changed_since(self, since: datetime) -> Iterator[str]:
        """
        Name the orders that may have changed since then, each once, for the repairing sweep.

        :raises ChannelUnavailable: if the channel does not answer.
        """
        ...


@runtime_checkable
class Selling(Protocol):
    """A channel with a page on which a cart of ours is paid."""

    def open_checkout(self, request: CheckoutRequest) -> HostedCheckout:
        """
        Prepare a page on which the buyer pays.

        :raises ChannelUnavailable: if the channel does not answer; asking again is safe.
        :raises ChannelRefused: if the channel will not do this however often it is asked.
        """
        ...


@runtime_checkable
class Refunding(Protocol):
    """A channel through which money can be given back."""

    def refund(self, request: RefundRequest) -> OrderRefund:
        """
        Give money back, and say with the refund what it is for.

        :raises ChannelUnavailable: if the channel does not answer; asking again is safe.
        :raises ChannelRefused: if the channel will not do this however often it is asked.
        """
        ...


@runtime_checkable
class WritingBack(Protocol):
    """A channel whose orders can show what became of them."""

    def write_back(self, report: OrderReport) -> None:
        """
        Show at the order how its entitlements stand; never a code.

        The same report twice changes nothing.

        :raises ChannelUnavailable: if the channel does not answer; asking again is safe.
        :raises ChannelRefused: if the channel will not do this however often it is asked.
        """
        ...


@runtime_checkable
class Subscribing(Protocol):
    """A channel that has to be told where to send its messages, and may forget it."""

    def check(self, address: str) -> ChannelHealth:
        """
        Make sure that the channel sends its messages to this address.

        Whatever it removed or disabled is put back.

        :raises ChannelUnavailable: if the channel does not answer; asking again is safe.
        """
        ...
