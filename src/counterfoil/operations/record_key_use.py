"""Remember when the key of a machine was used."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from counterfoil.models import ApiKey
from counterfoil.rules.people import Actor

OFTEN_ENOUGH = timedelta(minutes=10)


@transaction.atomic
def record_key_use(*, key_id: UUID, by: Actor, at: datetime) -> bool:
    """
    Remember that a key was used now, unless that was remembered minutes ago; tells whether.

    Nobody waits for anybody here: while one call writes it, the others leave it at that.
    """
    due = Q(last_used_at=None) | Q(last_used_at__lt=at - OFTEN_ENOUGH)
    found = (
        ApiKey.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(due, pk=key_id)
        .first()
    )
    if found is None:
        return False
    found.last_used_at = at
    found.save(update_fields=["last_used_at"])
    return True
