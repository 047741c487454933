"""Webhooks in a real browser, at a desk and on a phone: made, tried, and told again."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.arriving import enter_console
from tests.browsing import SIZES, Visit, Visiting
from tests.console.conftest import make_staff
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
@pytest.mark.parametrize("size", SIZES)
def test_can_be_used_by_everybody(
    size: str, busy: tuple[Listener, Event], visiting: Visiting
) -> None:
    mara = enter_console(visiting(**SIZES[size]), "mara", "/console/webhooks/")
    mara.is_accessible()
    mara.go(mara.page.get_by_role("link", name="Laboratory"))
    mara.is_accessible()
    mara.press("Send a test")
    mara.says("It took the test, and answered 200.")
    mara.is_accessible()
    mara.go(mara.page.get_by_role("link", name="Given up"))
    mara.go(mara.page.locator("#log table a").first)
    mara.says("is being cleaned until noon")
    mara.is_accessible()
    mara.press("Send it again")
    mara.page.goto("/console/webhooks/")
    mara.go(mara.page.get_by_role("link", name="Laboratory"))
    mara.press("Send them now")
    mara.says("are sent again")
    for name in ("Send since a time", "Disable for a while", "Give it another", "Change"):
        mara.follow(name)
        mara.is_accessible()
        mara.back()
        mara.shows("Send again")
    make(mara)


def make(mara: Visit) -> None:
    """Add an endpoint, wrongly at first, and see its secret."""
    mara.page.goto("/console/webhooks/make/")
    address = mara.page.get_by_role("textbox", name="Address")
    address.fill("http://hooks.example/#x")
    mara.press("Add it and show its secret")
    mara.is_accessible()
    address.fill("https://hooks.example/")
    mara.press("Add it and show its secret")
    mara.says("whsec_")
    mara.is_accessible()
