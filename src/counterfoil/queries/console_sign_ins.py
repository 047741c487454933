"""Has somebody tried too many passwords?"""

from datetime import datetime, timedelta

from django.db.models import Q

from counterfoil.errors import TooManyAttempts
from counterfoil.models import ConsoleSignIn
from counterfoil.models.keys import found_by, keyring

WINDOW = timedelta(minutes=15)
PER_USER_AND_ADDRESS = 5
PER_ADDRESS = 20
PER_USER = 50  # from everywhere: high, or a stranger could keep a colleague out


def refuse_trying_passwords(*, username: str, address: str, at: datetime) -> None:
    """
    Refuse whoever failed too often in the last quarter of an hour; a right password as well.

    :raises TooManyAttempts: with the seconds until the oldest failure no longer counts.
    """
    named = found_by(keyring().lookups("staff:", username.strip().casefold()))
    from_there = Q(address=address)
    failed = ConsoleSignIn.objects.filter(succeeded=False, at__gt=at - WINDOW)
    for who, limit in (
        (named & from_there, PER_USER_AND_ADDRESS),
        (from_there, PER_ADDRESS),
        (named, PER_USER),
    ):
        times = list(failed.filter(who).order_by("-at").values_list("at", flat=True)[:limit])
        if len(times) == limit:
            raise TooManyAttempts(retry_after=int((times[-1] + WINDOW - at).total_seconds()) + 1)
