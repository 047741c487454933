"""The host of these tests, and their queue."""

import pytest
from django.db import connection
from pytest_django import Settings

from tests.effects.hosts import Host, World


@pytest.fixture
def world(settings: Settings) -> World:
    """Let a host with a memory make the downstream records, and give its world."""
    settings.COUNTERFOIL_PROVISIONER = "tests.effects.hosts.Host"
    Host.world = World()
    return Host.world


@pytest.fixture
def empty_queue(transactional_db: None) -> None:
    """Empty the queue: its tables are not Django's, and no flush between tests knows them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
