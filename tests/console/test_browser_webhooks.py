"""Webhooks in a real browser, at a desk and on a phone: made, tried, and told again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer
from tests.console.conftest import PASSWORD, make_staff
from tests.console.test_browser import browsing, look
from tests.effects.webhook_listener import Listener, listening
from tests.reservations import partner
from tests.webhooks import an_endpoint, an_event, send, wear_out

from counterfoil.models import Event
from counterfoil.testing.builders import make_product, now


@pytest.fixture
def busy(settings: Any) -> Iterator[tuple[Listener, Event]]:
    """Let one endpoint be gone, and one have taken some and not others."""
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = True
    make_product()
    kennel = partner()
    make_staff("Operations", username="mara")
    with listening() as found:
        found.body = b'{"error": "The analyser of the laboratory is being cleaned until noon."}'
        an_endpoint(found.url, description="Laboratory in the long street by the river")
        found.status = 410
        an_endpoint(f"{found.url}/kennel/{'x' * 120}", partner=kennel, types=["partner.allotted"])
        found.status = 200
        an_event()
        send()
        found.status = 503
        worn = an_event()
        wear_out(worn)
        an_event()
        send(at=now())
        found.status = 200
        yield found, worn


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_can_be_used_by_everybody(
    size: str,
    scheme: str,
    busy: tuple[Listener, Event],
    live_server: LiveServer,
    chromium_path: Path,
) -> None:
    wrong: list[str] = []
    with browsing(chromium_path, size, scheme) as page:

        def seen(name: str) -> None:
            wrong.extend(look(page, f"{name}-{size}-{scheme}"))

        page.goto(f"{live_server.url}/console/webhooks/")
        page.get_by_label("User name").fill("mara")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        seen("webhooks")
        page.get_by_role("link", name="Laboratory").click()
        seen("webhook")
        page.get_by_role("button", name="Send a test").click()
        assert "It took the test, and answered 200." in page.content()
        seen("webhook-tested")
        page.get_by_role("link", name="Given up").click()
        page.locator("#log table a").first.click()
        assert "is being cleaned until noon" in page.content()
        seen("webhook-event")
        page.get_by_role("button", name="Send it again").click()
        page.go_back()
        page.goto(f"{live_server.url}/console/webhooks/")
        page.get_by_role("link", name="Laboratory").click()
        page.get_by_role("button", name="Send them now").click()
        assert "are sent again" in page.content()
        for name in ("Send since a time", "Disable for a while", "Give it another", "Change"):
            page.get_by_role("link", name=name, exact=True).click()
            seen(f"webhook-{name.split()[0].lower()}")
            page.go_back()
        page.goto(f"{live_server.url}/console/webhooks/make/")
        page.get_by_role("textbox", name="Address").fill("http://hooks.example/#x")
        page.get_by_role("button", name="Add it and show its secret").click()
        seen("webhook-refused")
        page.get_by_role("textbox", name="Address").fill("https://hooks.example/")
        page.get_by_role("button", name="Add it and show its secret").click()
        assert "whsec_" in page.content()
        seen("webhook-secret")
    assert wrong == []
