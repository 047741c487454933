"""How many codes has somebody been shown, and how many more may they be?"""

from datetime import datetime, timedelta

from counterfoil.models import Entry
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


def reveals_of(by: Actor, *, now: datetime) -> int:
    """Count the codes somebody was shown one by one in 24 hours, as the limit counts them."""
    seen = Entry.objects.filter(
        actor_id=by.id, act_name=Act.REVEAL_CODE, recorded_at__gt=now - timedelta(days=1)
    )
    return seen.exclude(data__has_key="order_file").count()
