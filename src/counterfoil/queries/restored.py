"""What is in a database that was restored, and of when is it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from counterfoil.models import (
    Code,
    CodeState,
    Delivery,
    Entitlement,
    Entry,
    ExceptionCase,
    Message,
    Person,
    Purchase,
    Seal,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """How many of each there are; ``newest`` is when the last of them was recorded."""

    counts: Mapping[str, int]
    newest: datetime | None


def restored() -> Restored:
    """Count what is there, and find the newest of what is written all the time."""
    entries = Entry.objects.aggregate(last=Max("recorded_at"))["last"]
    messages = Message.objects.aggregate(last=Max("acked_at"))["last"]
    live = Code.objects.filter(state=CodeState.LIVE)
    return Restored(
        counts={
            "purchases": Purchase.objects.count(),
            "entitlements": Entitlement.objects.count(),
            "codes that can be used": live.count(),
            "people": Person.objects.count(),
            "entries of the ledger": Entry.objects.count(),
            "of them sealed": Seal.objects.count(),
            "mails": Delivery.objects.count(),
            "open exceptions": ExceptionCase.objects.filter(resolved_at=None).count(),
        },
        newest=max((at for at in (entries, messages) if at is not None), default=None),
    )
