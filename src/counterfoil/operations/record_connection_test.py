"""Remember that a connection was tried, and what was found."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from counterfoil.models import Connection
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor

LONGEST = 400


@transaction.atomic
def record_connection_test(
    *, connection: Connection, found: Sequence[tuple[str, str]], by: Actor, at: datetime
) -> None:
    """Remember what somebody who tried a connection was told: pairs of a tone and a sentence."""
    told = [[tone, says[:LONGEST]] for tone, says in found]
    note(
        "test_connection",
        connection=connection,
        subject=connection.slug,
        by=by,
        at=at,
        data={"found": told},
    )
