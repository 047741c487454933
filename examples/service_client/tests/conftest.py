"""What Counterfoil gives to the tests of hosts, and a Counterfoil that runs."""

import os
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from set_up import set_up
from tests.platform import Service
from tests.running import free_port

pytest_plugins = ["counterfoil.testing.fixtures"]


@pytest.fixture
def service(live_server: LiveServer, counterfoil_flush: None, tmp_path: Path) -> Service:
    port = free_port()
    told = set_up(f"http://127.0.0.1:{port}/events") | {
        "COUNTERFOIL_URL": live_server.url,
        "PORT": str(port),
        "HOUNDWELL_STORE": str(tmp_path / "houndwell.sqlite"),
    }
    return Service(os.environ | told)
