"""Delete events that everybody had long enough to read."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min

from counterfoil.conf import conf
from counterfoil.models import Event
from counterfoil.operations._fanning_out import forget_told, hold_feed
from counterfoil.rules.people import Actor

AT_ONCE = 10_000


@transaction.atomic
def forget_events(*, by: Actor, at: datetime) -> int:
    """
    Delete some of the events older than ``EVENT_DAYS``, the first places first, and count them.

    Call it until it gives none. What is deleted is always a beginning of the feed, so that whoever
    has not read it is told. The newest event stays, however old: places are counted on from it.
    What became of them at webhook endpoints goes with them, also where one never took them.
    """
    del by  # nobody can be blamed for it: it is what was promised
    hold_feed()  # or what is sent again just now would be left without its event
    told = Event.objects.told()
    edges = Event.objects.aggregate(oldest=Min("position"), newest=Max("position"))
    if edges["newest"] is None:
        return 0
    young = told.filter(occurred_at__gte=at - timedelta(days=conf.EVENT_DAYS))
    first_kept = young.values_list("position", flat=True).first() or edges["newest"]
    before = min(first_kept, edges["oldest"] + AT_ONCE)
    forget_told(before=before)
    forgotten, _ = Event.objects.filter(position__lt=before).delete()
    return forgotten
