"""
Reconciling: all orders of a connection compared with our purchases, in both directions.

What is missing here is healed by converging, what is odd is put before a person, and what came of
it is stored.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from counterfoil.intake.registry import adapter_for
from counterfoil.intake.runs import Look, Report, Run, carry_out
from counterfoil.models import Cause, Connection
from counterfoil.rules.people import Actor


def reconcile(
    *, connection: Connection, since: datetime, by: Actor | None = None, cause: Cause = Cause.ASKED
) -> Report:
    """
    Compare every order that may have changed since then, there and here, and store the run.

    Without ``by`` it is the channel that acts, as when it sends a message.

    :raises ConnectionIncomplete: if its channel is unknown, or a secret was never set.
    """
    channel = adapter_for(connection)
    run = Run(connection=connection, since=since, cause=cause, by=by)
    run.store()

    def everything() -> Iterator[Look]:
        for pointer in channel.changed_since(since):
            yield partial(run.look_there, pointer)
        for purchase in run.not_looked_at().iterator(chunk_size=200):
            yield partial(run.look_here, purchase)

    return carry_out(run, everything())
