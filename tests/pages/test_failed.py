"""The page for what fails on our side; it asks nobody."""

from django.test import RequestFactory

from counterfoil.pages.error_pages import denied, failed, not_read
from tests.pages.visits import text


def test_tells_that_something_failed_without_a_database() -> None:
    answer = failed(RequestFactory().get("/c"))

    assert answer.status_code == 500
    assert "Something failed on our side" in text(answer)


def test_tells_that_something_is_not_allowed() -> None:
    answer = denied(RequestFactory().get("/c"), PermissionError())

    assert answer.status_code == 403
    assert "This is not open to you" in text(answer)


def test_tells_that_what_was_sent_could_not_be_read() -> None:
    answer = not_read(RequestFactory().post("/c"), ValueError())

    assert answer.status_code == 400
    assert "That could not be read" in text(answer)
