"""The sweep: finds what no message told us."""

from datetime import datetime
from functools import partial

from counterfoil.intake.registry import adapter_for
from counterfoil.intake.runs import Report, Run, carry_out
from counterfoil.models import Cause, Connection
from counterfoil.rules.people import Actor


def sweep(*, connection: Connection, since: datetime, by: Actor | None = None) -> Report:
    """
    Converge every order of a connection that may have changed since then; quick enough for often.

    It leaves a stored run only if it found something.

    :raises ConnectionIncomplete: if its channel is unknown, or a secret was never set.
    """
    channel = adapter_for(connection)
    run = Run(connection=connection, since=since, cause=Cause.SHORT, by=by)
    return carry_out(
        run, (partial(run.look_there, pointer) for pointer in channel.changed_since(since))
    )
