"""What the tests of the house share: the source, parsed once for each file of them."""

from collections.abc import Iterator

import pytest

from tests.house.source import modules


@pytest.fixture(scope="module", autouse=True)
def read() -> Iterator[None]:
    """Let go of what was parsed: kept to the end, every search for garbage would go through it."""
    yield
    modules.cache_clear()
