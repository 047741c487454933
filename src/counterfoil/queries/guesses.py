"""Has somebody tried too many codes that match nothing?"""

from datetime import datetime, timedelta

from counterfoil.conf import conf
from counterfoil.errors import TooManyAttempts
from counterfoil.models import Attempt
from counterfoil.rules.people import Origin

HOUR = timedelta(hours=1)


def refuse_guessing(*, origin: Origin, at: datetime) -> None:
    """
    Refuse whoever has used up their guesses of the last hour, by session, address or network.

    The hour slides. A right code is refused as well, or guessing on would be worth it; API keys
    are limited by what their row says.

    :raises TooManyAttempts: with the seconds until the oldest guess no longer counts.
    """
    for unit in ("session", "address", "network"):
        value = getattr(origin, unit)
        if not value:
            continue
        limit = conf.GUESS_LIMITS[unit]
        guesses = Attempt.objects.filter(**{unit: value}, counted=True, at__gt=at - HOUR)
        times = list(guesses.order_by("-at").values_list("at", flat=True)[:limit])
        if len(times) == limit:
            raise TooManyAttempts(retry_after=int((times[-1] + HOUR - at).total_seconds()) + 1)
