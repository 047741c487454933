"""Give an account another address, which whoever has it has just proved to read."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import AddressTaken, SignInRefused
from counterfoil.models import Account
from counterfoil.operations._changing_mail import account_to_change, move_to
from counterfoil.operations._proving import prove_address
from counterfoil.operations._refusing import refuse_after
from counterfoil.rules.people import Actor


@refuse_after(transaction.atomic(durable=True))
def confirm_mail_change(
    *, account_id: UUID, sign_in_id: UUID, code: str, by: Actor, at: datetime
) -> Account | SignInRefused | AddressTaken:
    """
    Let an account be reached at the address these digits were sent to.

    It does what :func:`change_mail` does. Where the address has an account of its own the proof is
    kept although the call is refused, so that the two can be merged within half an hour.

    :raises SignInRefused: if the digits are wrong, in whatever way.
    :raises AddressTaken: if the address has an account of its own.
    :raises NotFound: if there is no such account.
    :raises AccountMerged: if it was merged into another.
    """
    account = account_to_change(account_id)
    person = prove_address(sign_in_id, code, at=at)
    if person is None:
        return SignInRefused()
    try:
        move_to(account, person, by=by, at=at, reason="own")
    except AddressTaken as refusal:  # raised before anything was written
        return refusal
    return account
