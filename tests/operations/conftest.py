"""What every test of an act may use, and what is true after each of them."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import Issued, issue_one, make_assignee, now
from tests.records import assert_kept


@pytest.fixture(autouse=True)
def _kept(db: None) -> Iterator[None]:
    """Check after each test that every promise about the records is kept."""
    yield
    assert_kept()


@pytest.fixture
def issued() -> Issued:
    """Sell one unit that nobody has used yet."""
    return issue_one()


@pytest.fixture
def ana() -> Assignee:
    """Give somebody to assign to."""
    return make_assignee()


@pytest.fixture
def bob() -> Assignee:
    """Give somebody else to assign to."""
    return make_assignee("bob@example.com")


@pytest.fixture
def at() -> datetime:
    """Give this moment."""
    return now()
