"""Have a channel shown again what was issued, at once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from counterfoil.errors import NotFound
from counterfoil.models import WriteBack
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def retry_write_back(*, purchase_id: UUID, by: Actor, at: datetime) -> WriteBack:
    """
    Have the channel of a purchase shown again what was issued, at once and as often as at first.

    Where it shows the newest already, nothing is changed.

    :raises NotFound: if nothing of this purchase is shown at any channel.
    """
    row = WriteBack.objects.select_for_update().filter(pk=purchase_id).first()
    if row is None:
        raise NotFound("Nothing of this purchase is shown at a channel.")
    due = WriteBack.objects.filter(pk=row.pk).exclude(wanted_version=F("got_version"))
    if due.update(parked_at=None, attempts=0, changed_at=at, next_attempt_at=at):
        note("retry_write_back", connection=None, subject=str(purchase_id), by=by, at=at)
    row.refresh_from_db()
    return row
