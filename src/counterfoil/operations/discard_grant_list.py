"""Throw a list of grants away."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import GrantListClosed
from counterfoil.models import GrantList, GrantListStatus
from counterfoil.operations._auditing import note
from counterfoil.operations._grant_lists import lock_list
from counterfoil.rules.people import Actor

OPEN = (GrantListStatus.JUDGED, GrantListStatus.REQUESTED)


@transaction.atomic
def discard_grant_list(*, list_id: UUID, by: Actor, at: datetime) -> GrantList:
    """
    Forget a list that was never carried out, and everything it says of people.

    One that waits for a second person is taken back by that: approving it is refused from then on.

    :raises NotFound: if there is no such list.
    :raises GrantListClosed: if it was confirmed.
    """
    grant_list = lock_list(list_id)
    if grant_list.status == GrantListStatus.DISCARDED:
        return grant_list
    if grant_list.status not in OPEN:
        raise GrantListClosed
    grant_list.rows.all().delete()
    grant_list.status, grant_list.file_name = GrantListStatus.DISCARDED, ""
    grant_list.save(update_fields=["status", "file_name"])
    note("discard_grant_list", connection=None, subject=str(grant_list.pk), by=by, at=at)
    return grant_list
