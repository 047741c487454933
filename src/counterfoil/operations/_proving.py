"""Judging the one-time code that was sent to an address."""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from counterfoil.models import Person, SignIn
from counterfoil.models.keys import keyring

MOST_TRIES = 5
FRESH = timedelta(minutes=30)


def prove_address(sign_in_id: UUID, code: str, *, at: datetime) -> Person | None:
    """
    Give whoever the digits were sent to, if these are the digits; they work once.

    Every try counts, so the caller must commit what is written here even if it refuses.
    """
    sign_in = (
        SignIn.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=sign_in_id, used_at=None, expires_at__gt=at, tried_count__lt=MOST_TRIES)
        .first()
    )
    if sign_in is None:
        return None
    sign_in.tried_count += 1
    if _fits(sign_in, code):
        sign_in.used_at = at
    sign_in.save(update_fields=["tried_count", "used_at"])
    return sign_in.person if sign_in.used_at else None


def was_proved(sign_in_id: UUID, person: Person | None, *, at: datetime) -> bool:
    """Tell whether this person's address was proved by these digits, minutes ago."""
    return (
        person is not None
        and SignIn.objects.filter(pk=sign_in_id, person=person, used_at__gt=at - FRESH).exists()
    )


def _fits(sign_in: SignIn, code: str) -> bool:
    """Compare without telling by the time it takes; digits not sent yet fit nothing."""
    if sign_in.lookup is None:
        return False
    expected = bytes(sign_in.lookup)
    return any(
        found.key_id == sign_in.key_id and hmac.compare_digest(found.digest, expected)
        for found in keyring().lookups(f"signin:{sign_in.pk}:", code)
    )
