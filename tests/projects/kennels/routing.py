"""Sends a host's own records to a database of their own, and everything else to the first."""

from typing import Any

OWN, DATABASE = "kennels", "kennels"


class Router:
    """The one router of this host."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        """Read dogs where they are."""
        return DATABASE if model._meta.app_label == OWN else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """Make no other table there, and this one nowhere else."""
        return (db == DATABASE) == (app_label == OWN)
