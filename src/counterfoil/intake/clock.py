"""The one clock that everything is ordered by: the database's."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Ask the database what time it is, now and not at the start of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found
