"""End the key of a machine."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import ApiKey
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def end_api_key(*, key_id: UUID, reason: str, by: Actor, at: datetime) -> ApiKey:
    """
    End a key for good: whatever calls with it from now on is refused.

    What was done with it stays, and goes on naming it. Ending it again changes nothing.

    :raises NotFound: if there is no such key.
    """
    api_key = ApiKey.objects.select_for_update(of=("self",)).filter(pk=key_id).first()
    if api_key is None:
        raise NotFound("There is no such key.")
    if api_key.revoked_at is None:
        api_key.revoked_at = at
        api_key.save(update_fields=["revoked_at"])
        note(
            "end_api_key",
            connection=None,
            subject=f"key:{api_key.prefix}",
            by=by,
            at=at,
            data={"name": api_key.name, "reason": reason[:1000]},
        )
    return api_key
