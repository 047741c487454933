"""A typed client is made from the description; what its how-to shows is checked, and works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer
from tests.house.source import ROOT

from counterfoil.effects.settling import settle
from counterfoil.models import Entitlement
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_connection, make_product, now

SHOWN = re.compile(r"```python\n(.*?)```", re.DOTALL)
DOCUMENT = ROOT / "docs" / "reference" / "openapi.json"
GENERATE = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Make the client, as ``make client`` does, and write down beside it what the page shows."""
    place = tmp_path / "client"
    config = ROOT / "tools" / "client.yml"
    told = [*GENERATE, "--path", DOCUMENT, "--config", config, "--output-path", place]
    _run(*told, "--meta", "uv")
    page = (ROOT / "docs" / "how-to" / "client.md").read_text()
    [feed] = [one for one in SHOWN.findall(page) if "list_events" in one]
    (place / "feed.py").write_text(feed)
    (place / "journey.py").write_text("\n".join(one for one in SHOWN.findall(page) if one != feed))
    return place


@pytest.mark.django_db(transaction=True)
def test_what_the_page_shows_is_typed_and_works(
    made: Path, live_server: LiveServer, settings: LazySettings
) -> None:
    _run(
        sys.executable, "-m", "mypy", "--strict", "--config-file=", "journey.py", "feed.py", at=made
    )

    site = _keys() | {"SITE": live_server.url}

    said = _run(sys.executable, "journey.py", at=made, **site)
    settle()  # as the worker does: events stand in the feed in the order it gives them
    happened = _run(sys.executable, "feed.py", at=made, **site)

    units = list(Entitlement.objects.order_by("line", "ordinal"))
    [used] = [one for one in units if one.state == "assigned"]
    assert len(units) == 2
    assert said.splitlines() == [
        f"issued: {[one.handle for one in units]}",
        "good for: DNA-STD",
        f"redeemed: {used.handle}",
        f"listed: {[(one.handle, one.state) for one in sorted(units, key=lambda one: one.pk)]}",
        "refused: 409 code_already_used",
    ]
    assert happened == f"happened: {[('entitlement.assigned', used.handle)]}\n"


def _keys() -> dict[str, str]:
    shop = make_connection(make_product(), slug="vets", channel="partner", is_test=False)
    tells = [Scope.TELL, Scope.COLLECT]
    uses = [Scope.CHECK, Scope.REDEEM, Scope.REASONS, Scope.TRACE, Scope.EVENTS]
    return {
        "SHOP_KEY": create_api_key(
            name="shop", scopes=tells, connection=shop, by=SYSTEM, at=now()
        ).secret,
        "HOUSE_KEY": create_api_key(name="house", scopes=uses, by=SYSTEM, at=now()).secret,
    }


def _run(*command: str | Path, at: Path | None = None, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, command)),
        cwd=at,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
