"""Take the one-time code that was sent to an address, for the account of whoever reads it."""

import hmac
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import SignInRefused
from counterfoil.models import Account, SignIn
from counterfoil.models.keys import keyring
from counterfoil.operations._people import account_of
from counterfoil.operations._refusing import refuse_after
from counterfoil.rules.people import Actor

MOST_TRIES = 5


@refuse_after(transaction.atomic(durable=True))
def confirm_sign_in(
    *, sign_in_id: UUID, code: str, by: Actor, at: datetime
) -> Account | SignInRefused:
    """
    Give the account of whoever reads the address, opened now if it is their first time.

    The digits work once, for a quarter of an hour, and every try counts, the wrong ones first of
    all: they are kept although the call is refused. After five only new digits help.

    :raises SignInRefused: whatever is wrong; it never says what.
    """
    sign_in = (
        SignIn.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=sign_in_id, used_at=None, expires_at__gt=at, tried_count__lt=MOST_TRIES)
        .first()
    )
    if sign_in is None:
        return SignInRefused()
    sign_in.tried_count += 1
    if _fits(sign_in, code):
        sign_in.used_at = at
    sign_in.save(update_fields=["tried_count", "used_at"])
    return account_of(sign_in.person, at=at) if sign_in.used_at else SignInRefused()


def _fits(sign_in: SignIn, code: str) -> bool:
    """Compare without telling by the time it takes; digits not sent yet fit nothing."""
    if sign_in.lookup is None:
        return False
    expected = bytes(sign_in.lookup)
    return any(
        found.key_id == sign_in.key_id and hmac.compare_digest(found.digest, expected)
        for found in keyring().lookups(f"signin:{sign_in.pk}:", code)
    )
