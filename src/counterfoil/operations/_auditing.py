"""What staff did that touches no entitlement: kept beside the ledger, and only added to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from counterfoil.models import AuditEntry, Connection
from counterfoil.rules.people import Actor


def note(
    act: str,
    *,
    connection: Connection | None,
    subject: str,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Keep who did what, in the transaction in which it was done."""
    return AuditEntry.objects.create(
        at=at,
        act=act,
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_display=by.display,
        connection=connection,
        subject=subject[:200],
        data=dict(data or {}) | ({"case": by.case} if by.case else {}),
    )
