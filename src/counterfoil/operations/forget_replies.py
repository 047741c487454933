"""Forget replies that nobody will ask for any more."""

from datetime import datetime, timedelta

from django.db import transaction

from counterfoil.models import Reply
from counterfoil.rules.people import Actor

KEPT = timedelta(days=30)


@transaction.atomic
def forget_replies(*, by: Actor, at: datetime) -> int:
    """Delete the replies to requests older than thirty days, and give how many those were."""
    del by  # nobody can be blamed for it: it is what was promised
    forgotten, _ = Reply.objects.filter(created_at__lt=at - KEPT).delete()
    return forgotten
