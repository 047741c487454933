"""What stands in every table of ours, and whether it is as it should be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from counterfoil.errors import CounterfoilError
from counterfoil.models import CallsTaken, Line
from counterfoil.queries.invariants import INVARIANTS, broken
from tests.told import assert_told_soundly

GRACE = timedelta(hours=1)  # no test takes so long, however busy the machine


def rows() -> dict[str, list[str]]:
    """Read every row of every table of ours, as text."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_app_config("counterfoil").get_models()
        if model is not CallsTaken  # any call is one
    )
    told = {"counterfoil_apikey": "(to_jsonb(t) - 'last_used_at')::text"}  # any use is one
    parts = (
        f"SELECT '{table}', array_agg(x ORDER BY x) FROM {table} t,"
        f" LATERAL (SELECT {told.get(table, 't::text')} AS x) y"
        for table in tables
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
    # What is owed is issued part by part, by the worker.
    owes = Line.objects.filter(units_owed__gt=0).exists()
    later = {one for one in INVARIANTS if one.after_work or (owes and one.name == "I01")}
    found = broken((one for one in INVARIANTS if one not in later), grace=timedelta(0))
    found |= broken(later, grace=GRACE)
    assert not found, found
    assert_told_soundly()
