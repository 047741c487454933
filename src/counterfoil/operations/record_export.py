"""Remember that somebody took a list away as a file."""

from datetime import datetime

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.errors import ExportTooLarge
from counterfoil.models import AuditEntry
from counterfoil.operations._auditing import note
from counterfoil.operations._exporting import begin
from counterfoil.rules.people import Actor


@transaction.atomic
def record_export(
    *, list_name: str, query: str, rows: int, by: Actor, at: datetime, subject: str = ""
) -> AuditEntry:
    """
    Keep who exported which list narrowed down to what, before the first row leaves.

    ``subject`` is what it is a list of, if that is one thing. The file is on its way from then
    on, until :func:`end_export` or :func:`record_broken_export`.

    :raises ExportTooLarge: if there are more rows than one file may have.
    :raises TooManyExports: if as many files are being sent as may be.
    """
    if rows > conf.EXPORT_MAX_ROWS:
        raise ExportTooLarge(conf.EXPORT_MAX_ROWS)
    data = {"list": list_name, "query": query, "rows": rows}
    told = subject or f"list:{list_name}"
    kept = note("export", connection=None, subject=told, by=by, at=at, data=data)
    return begin(kept, by=by, at=at)
