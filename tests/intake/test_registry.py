"""Which channel a connection speaks to, and what that needs."""

import subprocess
import sys

import pytest

from counterfoil.errors import ConnectionIncomplete
from counterfoil.intake.registry import adapter_for
from counterfoil.testing.builders import make_connection

pytestmark = pytest.mark.django_db

WITHOUT = """
import sys
sys.modules |= {"stripe": None, "httpx": None, "graphql": None}
import django
django.setup()
from counterfoil import urls
from counterfoil.management.commands import counterfoil_worker
from counterfoil.intake.registry import adapter_for
from counterfoil.models import Connection
from counterfoil.errors import ConnectionIncomplete
try:
    adapter_for(Connection(channel="stripe"))
except ConnectionIncomplete as refusal:
    print(refusal)
"""


def test_everything_starts_without_what_only_some_channels_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "Its channel needs stripe, which is not installed."


def test_a_channel_nobody_knows_is_refused() -> None:
    with pytest.raises(ConnectionIncomplete, match="Nobody knows the channel 'etsy'"):
        adapter_for(make_connection(channel="etsy"))
