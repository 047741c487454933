"""
Fixtures for pytest: ``pytest_plugins = ["counterfoil.testing.fixtures"]`` in a ``conftest.py``.

They need pytest-django, which makes the database.
"""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from counterfoil.testing.clock import Clock
from counterfoil.testing.fake_channel import FakeChannel

__all__ = ["counterfoil_channel", "counterfoil_clock", "counterfoil_flush"]

_LET_TESTS_TRUNCATE = """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_trigger WHERE tgname = 'counterfoil_entry_no_truncate') THEN
            ALTER TABLE counterfoil_entry DISABLE TRIGGER counterfoil_entry_no_truncate;
        END IF;
    END $$
"""


@pytest.fixture
def counterfoil_clock() -> Iterator[Clock]:
    """Let everybody go by a clock that this test can move."""
    with Clock() as clock:
        yield clock


@pytest.fixture
def counterfoil_channel(db: None) -> Iterator[FakeChannel]:
    """Open a shop that sells ``DNA-STD`` and does what this test says."""
    with FakeChannel() as shop:
        yield shop


@pytest.fixture(scope="session")
def counterfoil_flush(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """
    Let the flush between transactional tests empty the ledger.

    Of the triggers that keep the ledger append-only only this one is off; UPDATE and DELETE
    are refused in tests as they are anywhere.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(_LET_TESTS_TRUNCATE)
