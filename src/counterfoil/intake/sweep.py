"""The sweep: finds what no message told us."""

import logging
from dataclasses import dataclass
from datetime import datetime

from counterfoil.errors import Unavailable
from counterfoil.intake.clock import database_now
from counterfoil.intake.converging import Outcome, converge_order
from counterfoil.intake.registry import adapter_for
from counterfoil.intake.worker import name_of
from counterfoil.models import Connection
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM, Actor

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """
    What one sweep found: how many orders were looked at, and which could not be converged.

    ``complete`` is false where the channel stopped answering; sweeping again from the same moment
    is safe, and the remedy.
    """

    converged: int
    failed: tuple[tuple[str, str], ...]
    complete: bool


def sweep(*, connection: Connection, since: datetime, by: Actor | None = None) -> Swept:
    """
    Converge every order of a connection that may have changed since then.

    An order that cannot be converged becomes an exception, until it can, and holds up no other.

    :raises ConnectionIncomplete: if its channel is unknown, or a secret was never set.
    """
    channel = adapter_for(connection)
    outcomes: list[Outcome] = []
    failed: list[tuple[str, str]] = []
    complete = True
    try:
        for pointer in channel.changed_since(since):
            try:
                done = converge_order(connection=connection, pointer=pointer, by=by)
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the others must be seen to
                failed.append((pointer, name_of(error)))
                log.warning("order %s of %s: %s", pointer, connection.slug, failed[-1][1])
                _show(connection, pointer, failed[-1][1])
            else:
                outcomes.append(done.outcome)
                _settled(connection, pointer)
    except Unavailable as error:
        log.warning("the sweep of %s stopped: %s", connection.slug, error)
        complete = False
    return Swept(
        converged=outcomes.count(Outcome.CONVERGED),
        failed=tuple(failed),
        complete=complete,
    )


def _show(connection: Connection, pointer: str, error: str) -> None:
    """Put an order that fails before a person: no message need ever tell of it again."""
    park(
        kind=ExceptionKind.ORDER_STUCK,
        key=f"{connection.slug}:{pointer}",
        evidence={"connection": connection.slug, "order": pointer, "error": error},
        by=SYSTEM,
        at=database_now(),
    )


def _settled(connection: Connection, pointer: str) -> None:
    resolve_exception(
        kind=ExceptionKind.ORDER_STUCK,
        key=f"{connection.slug}:{pointer}",
        outcome="It is up to date now.",
        by=SYSTEM,
        at=database_now(),
    )
