"""Take back the wish to be erased."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor


@transaction.atomic
def withdraw_erasure(*, account_id: UUID, by: Actor, at: datetime) -> bool:
    """Let the wish of this account's owner to be erased be settled; tells whether there was one."""
    return bool(
        resolve_exception(
            kind=ExceptionKind.PRIVACY_REQUEST,
            key=f"erase:{account_id}",
            outcome="withdrawn by whoever asked",
            by=by,
            at=at,
        )
    )
