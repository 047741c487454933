"""Take the one-time code that was sent to an address, for the account of whoever reads it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import SignInRefused
from counterfoil.models import Account
from counterfoil.operations._people import account_of
from counterfoil.operations._proving import prove_address
from counterfoil.operations._refusing import refuse_after
from counterfoil.rules.people import Actor


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
    person = prove_address(sign_in_id, code, at=at)
    return SignInRefused() if person is None else account_of(person, at=at)
