"""Are the tables there that this version needs?"""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def count_missing() -> int:
    """Give how many migrations are not applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    return len(_known() - set(applied))


@cache
def _known() -> frozenset[tuple[str, str]]:
    found = MigrationLoader(None).disk_migrations
    return frozenset(name for name, migration in found.items() if not migration.replaces)
