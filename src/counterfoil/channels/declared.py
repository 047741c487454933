"""Channels that only tell: partners, coupled shops, order files, the till."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from counterfoil.channels.base import Envelope, Notice
from counterfoil.errors import Forged
from counterfoil.rules.declared import Cancellation, DeclaredLine, DeclaredOrderBody
from counterfoil.rules.orders import (
    OrderLine,
    OrderPath,
    OrderRefund,
    OrderState,
    PaymentStatus,
    RefundedLine,
    RefundStatus,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An order as it was told, and when that was for the first time."""

    order: DeclaredOrderBody
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredSettings:
    """
    How told orders are reached from here; a channel knows no database.

    ``is_test`` and ``path`` are the connection's, and hold for all of its orders.
    """

    read_declared: Callable[[str], Told | None]
    declared_since: Callable[[datetime], Iterable[str]]
    is_test: bool
    path: OrderPath = OrderPath.NEW


class Declared:
    """
    A channel that tells us its orders, through a surface of ours that knows who speaks.

    The order book is kept here, and read like any channel's, so that sweeping, reconciling and
    re-syncing need know nothing of it. Nothing comes in at its door.
    """

    def __init__(self, settings: DeclaredSettings) -> None:
        """Remember how told orders are reached."""
        self.settings = settings

    def authenticate(self, envelope: Envelope) -> Notice | None:
        """See ``Channel``; nobody signs messages of this channel."""
        raise Forged("this channel sends no messages")

    def read_order(self, pointer: str, *, as_of: datetime) -> OrderState | None:
        """See ``Channel``; the pointer is the reference under which it was told."""
        told = self.settings.read_declared(pointer)
        if told is None:
            return None
        return order_of(told, as_of=as_of, is_test=self.settings.is_test, path=self.settings.path)

    def changed_since(self, since: datetime) -> Iterator[str]:
        """See ``Channel``."""
        yield from dict.fromkeys(self.settings.declared_since(since))


def order_of(told: Told, *, as_of: datetime, is_test: bool, path: OrderPath) -> OrderState:
    """Say how a told order stands, in the words of every channel."""
    order = told.order
    return OrderState(
        reference=order.reference,
        number=order.number,
        as_of=as_of,
        payment=PaymentStatus.PAID if order.is_paid else PaymentStatus.AWAITING,
        payment_reference="",
        is_test=is_test or order.is_test,
        currency=order.currency,
        amount_total=order.amount_total,
        lines=tuple(map(_line, order.lines)),
        paid_at=(order.paid_at or told.at) if order.is_paid else None,
        cancelled_at=order.cancelled_at,
        buyer_email=order.buyer_mail,
        buyer_name=order.buyer_name,
        locale=order.locale,
        refunds=tuple(_refunds(order)),
        gift=order.gift,
        path=path,
        notify=order.notify,
    )


def _line(line: DeclaredLine) -> OrderLine:
    return OrderLine(
        reference=line.reference,
        product_keys=(f"sku:{line.sku}",),
        description=line.description or line.sku,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        amount_total=line.total,
        gift=line.gift,
        holders=line.holders,
    )


def _refunds(order: DeclaredOrderBody) -> Iterator[OrderRefund]:
    for cancellation in order.cancellations:
        refund = _refund(order, cancellation)
        if refund.lines or refund.units:
            yield refund


def _refund(order: DeclaredOrderBody, cancellation: Cancellation) -> OrderRefund:
    """Tell a cancellation as a refund that says which units go, and of no money: none is here."""
    lines = (
        RefundedLine(line=part.line, quantity=part.quantity, amount=0)
        for part in cancellation.lines
    )
    return OrderRefund(
        reference=cancellation.reference,
        amount=0,
        currency=order.currency,
        status=RefundStatus.SUCCEEDED,
        at=cancellation.at,
        lines=tuple(lines),
        units=tuple(one for one in cancellation.units if one not in cancellation.already),
        reason=cancellation.reason,
    )
