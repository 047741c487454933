"""Remember that a file of a list broke off."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import AuditEntry
from counterfoil.operations._auditing import note
from counterfoil.operations._exporting import end
from counterfoil.rules.people import Actor


@transaction.atomic
def record_broken_export(
    *, export_id: UUID, rows: int, why: str, by: Actor, at: datetime
) -> AuditEntry:
    """Keep after how many rows it broke off: whoever has the file has not all of it."""
    end(export_id)
    begun = AuditEntry.objects.get(pk=export_id)
    data = {"export": str(export_id), "rows": rows, "why": why} | {
        name: begun.data[name] for name in ("list", "query")
    }
    return note("export_broken", connection=None, subject=begun.subject, by=by, at=at, data=data)
