"""What every test may use: the database, and the browser where there is one."""

import gc
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck, settings

from tests.browsing import browser, visiting

__all__ = ["browser", "visiting"]

# A busy machine is no fault of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

_REQUIRE_BROWSER = os.environ.get("COUNTERFOIL_REQUIRE_BROWSER") == "1"
_KEPT = {"django_content_type", "auth_permission"}  # the same in every test


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """
    Empty the database between transactional tests by DELETE, and only what is not empty.

    TRUNCATE writes new files for every table and index: here it takes 25 times as long. Triggers
    are off for these statements alone, and in no test: there the ledger refuses UPDATE and DELETE
    as it does anywhere. Who may not turn them off cannot run the tests.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", _emptying)
        yield


def _emptying(
    operations: DatabaseOperations, _style: object, tables: Sequence[str], **_given: object
) -> list[str]:
    name = operations.quote_name
    asked = " UNION ALL ".join(
        f"SELECT '{one}' WHERE EXISTS (SELECT FROM {name(one)})" for one in {*tables} - _KEPT
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        full = [one for (one,) in cursor.fetchall()]
    without_triggers = "SET LOCAL session_replication_role = replica"
    return [without_triggers, *(f"DELETE FROM {name(one)}" for one in full)]


def chromium() -> Path | None:
    """Find the browser: ``CHROMIUM``, or what the system has."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Give the browser's program; without one the test is skipped, or fails where it must not."""
    found = chromium()
    if found is None:
        stop = pytest.fail if _REQUIRE_BROWSER else pytest.skip
        stop("no Chromium: install it (Debian: chromium) or set CHROMIUM to its path")
    return found


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """
    Look for no garbage while all tests are imported, and never among what that left.

    It took a third of that time, and half a second each time after it: all of it stays to the end.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for the browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "chromium_path" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly when the tests in a browser did not run."""
    reports = terminalreporter.getreports("skipped")
    skipped = [report for report in reports if "browser" in report.keywords]
    if skipped:
        terminalreporter.section("BROWSER TESTS WERE SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{len(skipped)} tests need Chromium and did not run. Install it (Debian: apt install"
            " chromium) or set CHROMIUM to its path.",
            red=True,
        )
