"""The tests run on what customers' data will run on."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_tests_run_on_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        assert cursor.fetchone()[0] >= 150000


@pytest.mark.django_db(transaction=True)
def test_the_flush_between_tests_works() -> None:
    assert connection.in_atomic_block is False
