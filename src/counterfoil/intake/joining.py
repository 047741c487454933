"""Proving another address of one's own, and making one account of two."""

from datetime import datetime
from uuid import UUID

from counterfoil.errors import SignInRefused
from counterfoil.intake.retrying import with_retries
from counterfoil.models import Account
from counterfoil.operations.confirm_mail_change import confirm_mail_change
from counterfoil.operations.merge_accounts import merge_accounts
from counterfoil.operations.record_attempt import record_attempt
from counterfoil.queries.guesses import refuse_guessing
from counterfoil.rules.people import Actor, Origin


def prove_new_address(
    *, account_id: UUID, sign_in_id: UUID, digits: str, origin: Origin, by: Actor, at: datetime
) -> Account:
    """
    Let an account be reached at the address these digits went to.

    It refuses as :func:`confirm_mail_change` does; wrong digits count as guesses.

    :raises TooManyAttempts: if too much that matches nothing was tried from there.
    """
    refuse_guessing(origin=origin, at=at)
    try:
        return with_retries(
            lambda: confirm_mail_change(
                account_id=account_id, sign_in_id=sign_in_id, code=digits, by=by, at=at
            )
        )
    except SignInRefused as refusal:
        record_attempt(code=digits, refusal=refusal, origin=origin, by=by, at=at)
        raise


def merge(
    *,
    survivor_id: UUID,
    merged_id: UUID,
    by: Actor,
    at: datetime,
    reason: str = "",
    sign_in_id: UUID | None = None,
) -> Account:
    """
    Make one account of two, as :func:`merge_accounts` does.

    :raises Unavailable: if somebody else is at the same rows for too long.
    """
    return with_retries(
        lambda: merge_accounts(
            survivor_id=survivor_id,
            merged_id=merged_id,
            by=by,
            at=at,
            reason=reason,
            sign_in_id=sign_in_id,
        )
    )
