"""Remember that somebody signed in to the console, or tried to."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import ConsoleSignIn
from counterfoil.models.keys import keyring
from counterfoil.rules.people import Actor, ActorKind


@transaction.atomic
def record_console_sign_in(
    *, username: str, address: str, by: Actor, at: datetime
) -> ConsoleSignIn:
    """
    Keep when and from where somebody tried, and the user name as a keyed hash.

    It succeeded if ``by`` is an operator; whoever could not show to be one is the system.
    """
    found = keyring().lookup("staff:", username.strip().casefold())
    return ConsoleSignIn.objects.create(
        at=at,
        key_id=found.key_id,
        lookup=found.digest,
        address=address,
        succeeded=by.kind is ActorKind.OPERATOR,
    )
