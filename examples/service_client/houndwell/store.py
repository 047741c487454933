"""What Houndwell keeps: orders, kits, samples, letters and what it heard, in a file of SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

TABLES = """
CREATE TABLE IF NOT EXISTS orders (reference TEXT PRIMARY KEY, mail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS kits (
    entitlement TEXT PRIMARY KEY, reference TEXT, holder TEXT, version INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS samples (
    entitlement TEXT PRIMARY KEY, holder TEXT NOT NULL, dog TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS letters (
    id INTEGER PRIMARY KEY, mail TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS heard (event TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS places (feed TEXT PRIMARY KEY, cursor TEXT NOT NULL);
"""


class Store:
    """One file, and one writer at a time."""

    def __init__(self, path: Path | str) -> None:
        """Open the file, or make it."""
        self._lock = RLock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.executescript(TABLES)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Do several things, or none of them."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def write(self, statement: str, *given: object) -> int:
        """Change something, and tell how many rows that were."""
        with self._lock:
            return self._database.execute(statement, given).rowcount

    def rows(self, question: str, *given: object) -> list[tuple[str, ...]]:
        """Ask something."""
        with self._lock:
            return self._database.execute(question, given).fetchall()

    def one(self, question: str, *given: object) -> tuple[str, ...] | None:
        """Ask for one row."""
        found = self.rows(question, *given)
        return found[0] if found else None
