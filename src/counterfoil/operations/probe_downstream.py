"""Ask a system that was down again at once."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import DownstreamHealth
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def probe_downstream(*, by: Actor, at: datetime) -> bool:
    """
    Have the host's system asked for one record at the next look, instead of after the pause.

    Tells whether it was held to be down; if not, nothing is changed.
    """
    down = DownstreamHealth.objects.filter(pk=1, opened_at__isnull=False)
    changed = down.update(probe_at=at)
    if changed:
        note("probe_downstream", connection=None, subject="downstream", by=by, at=at)
    return bool(changed)
