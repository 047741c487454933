"""The journeys of every host, by a platform in a process of its own that only calls and is told."""

from collections.abc import Iterator

import pytest

from journeys import Journeys
from tests.platform import Houndwell, Service


@pytest.fixture
def host(service: Service) -> Iterator[Houndwell]:
    with service.houndwell() as platform:
        yield platform


class TestService(Journeys):
    """All of them, over HTTP in both directions."""
