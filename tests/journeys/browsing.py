"""Browsers of several people, for journeys through the pages."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """Start the browser; Django is told not to mind Playwright's event loop in this thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path,
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            yield browser
            browser.close()


@dataclass
class Visit:
    """A browser of somebody's own, and what it complained about."""

    browser: Browser
    site: str
    options: dict[str, Any]
    complaints: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(base_url=self.site, **self.options)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.addresses.append(request.url))

    def shows(self, text: str) -> None:
        """Wait for a heading that says this."""
        self.page.get_by_role("heading", name=text).first.wait_for()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()


Visiting = Callable[..., Visit]


@pytest.fixture
def visiting(browser: Browser, live_server: LiveServer) -> Iterator[Visiting]:
    """Give browsers; at the end none has broken the policy, or asked another site for anything."""
    visits: list[Visit] = []

    def visit(**options: Any) -> Visit:
        visits.append(Visit(browser, live_server.url, {"viewport": PHONE, **options}))
        return visits[-1]

    yield visit
    for one in visits:
        one.context.close()
        broken = [text for text in one.complaints if "422" not in text]
        assert broken == []
        assert [url for url in one.addresses if not url.startswith(live_server.url)] == []


def digits() -> str:
    """Do the worker's work, and read the six digits from the newest mail that has them."""
    settle()
    bodies = [str(sent.body) for sent in mail.outbox if "digits" in sent.subject]
    return str(re.findall(r"\b\d{6}\b", bodies[-1])[0])


def sign_in(visit: Visit, address: str) -> None:
    """Give an address, and the digits that were sent there."""
    visit.page.get_by_label("Your e-mail address").fill(address)
    visit.press("Send me the digits")
    visit.page.get_by_label("The six digits from our mail").wait_for()
    visit.page.get_by_label("The six digits from our mail").fill(digits())
    visit.press("Continue")
