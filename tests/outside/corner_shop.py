"""The corner shop as a channel: an order book in memory, and messages signed with our scheme."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from counterfoil.channels import signatures, webhook_body
from counterfoil.channels.base import ChannelHealth, Envelope, Notice
from counterfoil.errors import ConnectionIncomplete, Forged, Malformed
from counterfoil.models import Connection
from counterfoil.rules.orders import OrderState

HEADER = "corner-signature"


@dataclass
class Book:
    """What the corner shop knows: its orders, when each changed, and what is wrong with it."""

    orders: dict[str, OrderState] = field(default_factory=dict)
    changed_at: dict[str, datetime] = field(default_factory=dict)
    trouble: Exception | None = None
    asked: list[str] = field(default_factory=list)
    sinces: list[datetime] = field(default_factory=list)
    health: ChannelHealth = field(default_factory=ChannelHealth)
    checked: list[str] = field(default_factory=list)

    def write(self, order: OrderState, *, at: datetime) -> str:
        """Enter an order, or how it stands now."""
        self.orders[order.reference] = order
        self.changed_at[order.reference] = at
        return order.reference


BOOKS: dict[str, Book] = {}
"""The book of each connection, by its slug."""


@dataclass(frozen=True)
class CornerShop:
    """The adapter."""

    book: Book
    secrets: tuple[str, ...]

    def authenticate(self, envelope: Envelope) -> Notice:
        """Judge a message as our own scheme signs them."""
        webhook_body.refuse_oversize(envelope.body)
        header = envelope.headers.get(HEADER)
        if not header:
            raise Forged("not signed")
        key = signatures.verify(
            envelope.body,
            header=header,
            secrets=self.secrets,
            received_at=envelope.received_at,
        )
        message = webhook_body.parse(envelope.body)
        name, order = message.get("id"), message.get("order")
        if not isinstance(name, str) or not isinstance(order, str):
            raise Malformed("it names neither itself nor an order")
        return Notice(
            message_id=name,
            topic="order.changed",
            pointer=order,
            is_test=True,
            key=key,
            claims_paid=message.get("paid") is True,
        )

    def read_order(self, pointer: str, *, as_of: datetime) -> OrderState | None:
        """Look an order up."""
        self.book.asked.append(pointer)
        if self.book.trouble is not None:
            raise self.book.trouble
        order = self.book.orders.get(pointer)
        return None if order is None else replace(order, as_of=as_of)

    def changed_since(self, since: datetime) -> Iterator[str]:
        """Name what changed."""
        self.book.sinces.append(since)
        if self.book.trouble is not None:
            raise self.book.trouble
        yield from [name for name, at in self.book.changed_at.items() if at >= since]

    def check(self, address: str) -> ChannelHealth:
        """Say that messages are on their way, or what had to be put right."""
        self.book.checked.append(address)
        return self.book.health


def corner_shop(connection: Connection) -> CornerShop:
    """Make the adapter of a connection."""
    found = connection.secrets().get("secrets")
    if not isinstance(found, list) or not found:
        raise ConnectionIncomplete("Its signing secret was never set.")
    return CornerShop(BOOKS.setdefault(connection.slug, Book()), tuple(found))
