"""
Browsers of several people, for journeys through the pages.

Pictures for the documentation are taken by the journeys themselves: with
``COUNTERFOIL_PICTURES=docs/images/journeys`` they are kept there, else only taken. Each is looked
at by axe first, and codes are covered in it.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SECRETS = ".code, .code-group, .input-code, .qr-box svg"
STILL = {"reduced_motion": "reduce", "device_scale_factor": 1.25}


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
        self.context = self.browser.new_context(base_url=self.site, **(STILL | self.options))
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

    def follow(self, name: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def fill(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(label).fill(text)

    def is_accessible(self) -> None:
        """Have axe look at the page as it is."""
        violations = Axe().run(self.page).response["violations"]
        found = [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
        assert found == []

    def picture(self, name: str, *, whole: bool = True) -> None:
        """Take a picture for the documentation, after axe has looked at the page."""
        self.is_accessible()
        place = os.environ.get("COUNTERFOIL_PICTURES")
        path = Path(place, f"{name}.png") if place else None
        secrets = [self.page.locator(SECRETS)]
        self.page.screenshot(path=path, full_page=whole, mask=secrets, mask_color="#9aa5a0")


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
        assert broken == [], broken
        assert [url for url in one.addresses if not url.startswith(live_server.url)] == []


def digits() -> str:
    """Do the worker's work, and read the six digits from the newest mail that has them."""
    settle()
    bodies = [str(sent.body) for sent in mail.outbox if "digits" in sent.subject]
    return str(re.findall(r"\b\d{6}\b", bodies[-1])[0])


def newest_mail(to: str, *, about: str = "") -> str:
    """Do the worker's work, and give the newest mail to somebody whose subject has these words."""
    settle()
    found = [sent for sent in mail.outbox if to in sent.to and about in str(sent.subject)]
    assert found, [(sent.to, sent.subject) for sent in mail.outbox]
    return str(found[-1].body)


def link_in(body: str) -> str:
    """Give the link of a mail by which its recipient claims."""
    return str(re.findall(r"http\S+#\w+", body)[0])


def sign_in(visit: Visit, address: str) -> None:
    """Give an address, and the digits that were sent there."""
    visit.page.get_by_label("Your e-mail address").fill(address)
    visit.press("Send me the digits")
    visit.page.get_by_label("The six digits from our mail").wait_for()
    visit.page.get_by_label("The six digits from our mail").fill(digits())
    visit.press("Continue")
