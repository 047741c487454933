"""The one way from a channel's order to our purchase: messages, redirects, sweeps and buttons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from counterfoil.errors import OrderUnknown
from counterfoil.hosting.policy import rule_refunds
from counterfoil.intake.clock import database_now
from counterfoil.intake.inbox import PAID, mark_handled
from counterfoil.intake.registry import actor_of, adapter_for
from counterfoil.intake.retrying import with_retries
from counterfoil.models import Connection, Message, Purchase
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.rules.orders import OrderState
from counterfoil.rules.people import Actor

MOST_AT_ONCE = 5_000  # entitlements in one transaction


class Outcome(StrEnum):
    """What came of looking at an order."""

    CONVERGED = "converged"
    NOTHING_BOUGHT = "nothing_bought"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, kw_only=True, slots=True)
class Converged:
    """
    What came of looking at an order, and the purchase if there is one.

    ``owed`` counts the entitlements that are still to be issued: look again.
    """

    outcome: Outcome
    purchase: Purchase | None = None
    owed: int = 0


def converge_order(
    *,
    connection: Connection,
    pointer: str,
    by: Actor | None = None,
    message: Message | None = None,
) -> Converged:
    """
    Ask the channel how an order stands, and bring our purchase to it.

    May be called at will and by several at once: what the channel says is put in order by when it
    was asked, on the database's clock. The channel is asked outside any transaction. A message is
    marked as handled in the transaction of what came of it, so neither is ever without the other.
    An order that this connection does not fulfil is *not ours*, unless a message claims that it
    was paid. Without ``by`` it is the channel that acts. A large order is issued in parts, each a
    transaction of its own; whoever dies in between leaves the rest to the next call.

    :raises OrderUnknown: if a message says an order was paid that the channel does not know.
    :raises Unavailable: if the channel does not answer, or the database is too busy.
    :raises OrderInvalid: if the channel answers something that cannot be an order.
    """
    order = ask(connection=connection, pointer=pointer)
    if order is None:
        return _not_ours(message)
    return bring_to(connection=connection, order=order, by=by, message=message)


def converge_some(*, connection: Connection, pointer: str, by: Actor | None = None) -> Converged:
    """
    Do as :func:`converge_order` does, and issue no more than one part; for work with progress.

    Calling it until nothing is ``owed`` comes to the same, however often it is interrupted.
    """
    order = ask(connection=connection, pointer=pointer)
    if order is None:
        return _not_ours(None)
    found, actor = order, by or actor_of(connection)
    done = with_retries(lambda: _apply(connection, found, actor, None))
    if not done.owed:
        _have_refunds_ruled(done.purchase, order.as_of)
    return done


def ask(*, connection: Connection, pointer: str) -> OrderState | None:
    """
    Ask the channel how an order stands, outside any transaction.

    :raises Unavailable: if the channel does not answer.
    :raises OrderInvalid: if the channel answers something that cannot be an order.
    """
    asked_at = database_now()
    return adapter_for(connection).read_order(pointer, as_of=asked_at)


def bring_to(
    *,
    connection: Connection,
    order: OrderState,
    by: Actor | None = None,
    message: Message | None = None,
) -> Converged:
    """Bring our purchase to an order that was just asked for, as :func:`converge_order` does."""
    actor, before = by or actor_of(connection), 0
    while True:
        done = with_retries(lambda: _apply(connection, order, actor, message))
        # Somebody with newer news may have left us nothing to do.
        if done.owed in (0, before):
            _have_refunds_ruled(done.purchase, order.as_of)
            return done
        before = done.owed


def _have_refunds_ruled(purchase: Purchase | None, at: datetime) -> None:
    """Ask the host once nothing is locked: whoever told of the order may still hold a lock."""
    transaction.on_commit(lambda: rule_refunds(purchase, at=at), robust=True)


@transaction.atomic
def _apply(
    connection: Connection, order: OrderState, by: Actor, message: Message | None
) -> Converged:
    purchase = converge_purchase(
        connection=connection, order=order, by=by, at=order.as_of, most_units=MOST_AT_ONCE
    )
    outcome = Outcome.NOTHING_BOUGHT if purchase is None else Outcome.CONVERGED
    owed = purchase.units_owed if purchase is not None and purchase.issuing else 0
    if message is not None and not owed:
        mark_handled(message, outcome=outcome.value, order_reference=order.reference)
    return Converged(outcome=outcome, purchase=purchase, owed=owed)


def _not_ours(message: Message | None) -> Converged:
    if message is not None:
        if message.claims == PAID:
            raise OrderUnknown(f"The channel does not know {message.pointer[:100]}.")
        mark_handled(message, outcome=Outcome.NOT_OURS.value, order_reference="")
    return Converged(outcome=Outcome.NOT_OURS)
