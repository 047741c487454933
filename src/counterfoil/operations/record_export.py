"""Remember that somebody took a list away as a file."""

from datetime import datetime

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.errors import ExportTooLarge
from counterfoil.models import AuditEntry
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def record_export(*, list_name: str, query: str, rows: int, by: Actor, at: datetime) -> AuditEntry:
    """
    Keep who exported which list narrowed down to what, before the first row leaves.

    :raises ExportTooLarge: if there are more rows than one file may have.
    """
    if rows > conf.EXPORT_MAX_ROWS:
        raise ExportTooLarge(conf.EXPORT_MAX_ROWS)
    data = {"list": list_name, "query": query, "rows": rows}
    return note("export", connection=None, subject=f"list:{list_name}", by=by, at=at, data=data)
