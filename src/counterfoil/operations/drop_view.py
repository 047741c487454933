"""Drop a saved view."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import ViewUnknown
from counterfoil.models import SavedView
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def drop_view(*, view_id: UUID, by: Actor, at: datetime) -> SavedView:
    """
    Drop a view of one's own, and give what it was.

    :raises ViewUnknown: if there is none of this id, or it is somebody else's.
    """
    found = SavedView.objects.select_for_update().filter(pk=view_id, owner_id=by.id).first()
    if found is None:
        raise ViewUnknown
    if found.is_shared:
        data = {"list": found.list_name, "query": found.query}
        note("drop_view", connection=None, subject=f"view:{found.pk}", by=by, at=at, data=data)
    found.delete()
    return found
