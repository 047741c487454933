"""Questions that may take long, bounded: the shop sells on while somebody looks at a list."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from counterfoil.errors import ListTooSlow

CANCELLED = "57014"  # query_canceled: statement_timeout


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """
    Let no statement within take longer than this.

    :raises ListTooSlow: if one would have.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            [before] = cursor.fetchone()
            _set(f"{int(seconds * 1000)}ms")
            yield
            _set(before)
    except OperationalError as failure:
        if getattr(failure.__cause__, "sqlstate", "") != CANCELLED:
            raise
        raise ListTooSlow from failure


def _set(timeout: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [timeout])
