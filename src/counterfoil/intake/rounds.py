"""The rounds: sweeping every connection, often a little and now and then far back."""

import logging
from datetime import datetime, timedelta

from counterfoil.errors import Unavailable
from counterfoil.intake.clock import database_now
from counterfoil.intake.sweep import sweep
from counterfoil.models import Connection

log = logging.getLogger(__name__)

PAUSE_SECONDS = 300.0
SHORT, LONG = timedelta(hours=1), timedelta(days=30)
BETWEEN_LONG = timedelta(days=1)


class Rounds:
    """Goes round when called: over the last hour, and over thirty days once a day."""

    def __init__(self) -> None:
        """Begin with a long round: nobody knows for how long none was made."""
        self._long_at: datetime | None = None

    def __call__(self) -> int:
        """Sweep every connection; one that does not answer holds up no other. Gives 0: rest."""
        at = database_now()
        is_long = self._long_at is None or at - self._long_at >= BETWEEN_LONG
        complete = True
        for connection in Connection.objects.order_by("slug"):
            try:
                swept = sweep(connection=connection, since=at - (LONG if is_long else SHORT))
                complete &= swept.complete
            except Unavailable as refusal:  # a secret was never set: nothing to ask there
                log.info("%s was not swept: %s", connection.slug, refusal.code)
        if is_long and complete:
            self._long_at = at
        return 0
