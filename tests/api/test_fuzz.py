"""Calls made up from the description are answered as it says; `make fuzz` goes on for longer."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer
from tests.fuzz.run import fuzz
from tests.fuzz.world import make_world

BRIEFLY = ("--phases", "examples,fuzzing", "--max-examples", "1", "--seed", "1")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["house", "bound"])  # the second is a partner's as well
def test_made_up_calls_are_answered_as_described(
    name: str, live_server: LiveServer, settings: LazySettings, tmp_path: Path
) -> None:
    settings.COUNTERFOIL_RATE_LIMITS = {"key": 0, "partner": 0}
    settings.COUNTERFOIL_REDEEM_TEST_CODES = True
    world = make_world()

    done = fuzz(
        live_server.url, world.keys[name], world.known, tmp_path, *BRIEFLY, deterministic=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
