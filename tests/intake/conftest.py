"""Counting every row, and messages of our own."""

from collections.abc import Callable

import pytest
from django.apps import apps

Counts = dict[str, int]


def count_rows() -> Counts:
    """Count the rows of every table of ours."""
    return {
        model.__name__: model._default_manager.count()
        for model in apps.get_app_config("counterfoil").get_models()
    }


@pytest.fixture
def rows_added() -> Callable[[], Counts]:
    """Tell which tables have more or fewer rows than when this was asked for first."""
    before = count_rows()

    def added() -> Counts:
        return {
            name: count - before[name]
            for name, count in count_rows().items()
            if count != before[name]
        }

    return added
