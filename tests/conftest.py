"""What every test may use: the database, and the browser where there is one."""

import os
import shutil
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

# A busy machine is no fault of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

_REQUIRE_BROWSER = os.environ.get("COUNTERFOIL_REQUIRE_BROWSER") == "1"
_LET_TESTS_TRUNCATE = """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_trigger WHERE tgname = 'counterfoil_entry_no_truncate') THEN
            ALTER TABLE counterfoil_entry DISABLE TRIGGER counterfoil_entry_no_truncate;
        END IF;
    END $$
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """
    Let the flush between transactional tests empty the ledger.

    Of the triggers that keep the ledger append-only only this one is off; UPDATE and DELETE
    are refused in tests as they are anywhere.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(_LET_TESTS_TRUNCATE)


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
