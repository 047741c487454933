"""What stands in every table of ours, and whether it is as it should be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from counterfoil.errors import CounterfoilError
from counterfoil.queries.invariants import INVARIANTS, broken

GRACE = timedelta(seconds=60)


def rows() -> dict[str, list[str]]:
    """Read every row of every table of ours, as text."""
    tables = sorted(
        model._meta.db_table for model in apps.get_app_config("counterfoil").get_models()
    )
    parts = (
        f"SELECT '{table}', array_agg(t::text ORDER BY t::text) FROM {table} t" for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {table: found or [] for table, found in cursor.fetchall()}


@contextmanager
def unchanged() -> Iterator[None]:
    """Fail if anything in any table of ours is not as it was."""
    before = rows()
    yield
    after = rows()
    differs = {table: after[table] for table in after if after[table] != before[table]}
    assert not differs, differs


@contextmanager
def refused(error: type[CounterfoilError], match: str | None = None) -> Iterator[None]:
    """Expect to be refused with this error and no other, and that the refusal changed nothing."""
    with unchanged():
        with pytest.raises(error, match=match) as refusal:
            yield
        assert type(refusal.value) is error


def assert_kept() -> None:
    """Fail if a promise about the records is broken, whatever waits for the COMMIT included."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    found = broken(INVARIANTS, grace=GRACE)
    assert not found, found
