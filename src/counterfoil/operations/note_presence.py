"""Remember that somebody is still there."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import StaffSession
from counterfoil.rules.people import Actor


@transaction.atomic
def note_presence(*, session_id: UUID, by: Actor, at: datetime) -> None:
    """Keep when a session was last used, so that it can end when nobody is there."""
    StaffSession.objects.filter(pk=session_id, ended_at=None, seen_at__lt=at).update(seen_at=at)
