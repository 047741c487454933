"""A database for a program that runs beside the tests, with all tables in it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg import sql

from tests import database

_LEAVE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
_MAKE = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
_DROP = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")


@contextmanager
def copied(name: str) -> Iterator[None]:
    """
    Copy the database of this worker under another name, for as long as this is open.

    Migrating would take longer than most that such a program then does. Between tests nobody works
    in what is copied, and it is empty; a connection that a thread left behind is ended.
    """
    connection.close()
    ours, copy = sql.Identifier(connection.settings_dict["NAME"]), sql.Identifier(name)
    with psycopg.connect(database.url(), dbname="postgres", autocommit=True) as server:
        server.execute(_LEAVE, [connection.settings_dict["NAME"]])
        server.execute(_DROP.format(copy))
        server.execute(_MAKE.format(copy, ours))
        try:
            yield
        finally:
            server.execute(_DROP.format(copy))
