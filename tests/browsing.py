"""
Browsers of several people, for every test that looks at pages.

A page answers when it pleases: later than the test asks, on a busy machine. So a test never reads
what a page says at this moment. It presses, which waits until what was begun is over, and then
expects, which looks again until it is so. ``tests/house/test_browsers.py`` refuses anything else.
With ``COUNTERFOIL_SLOW_BROWSER=1`` every answer is late, and a test that reads too early fails.

Pictures for the documentation are taken by the journeys themselves: into the folder that
``COUNTERFOIL_PICTURES`` names. Each page is looked at by axe first, and codes are covered.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, Locator, Request, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SIZES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": DESK, "color_scheme": "light"},
    "phone": {"viewport": PHONE, "color_scheme": "dark"},
}
SECRETS = ".code, .code-group, .input-code, .qr-box svg"
STILL = {"reduced_motion": "reduce", "device_scale_factor": 1.25}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PATIENCE = 90_000  # milliseconds; only a test that fails waits that long
ARGUMENTS = [
    "--no-sandbox",  # root may not have one, and containers give nobody the namespaces for it
    "--disable-gpu",  # there is none; looking for it is one more process that can crash
    "--disable-dev-shm-usage",  # containers have 64 MB of it, and a page that needs more crashes
    "--disable-background-networking",
]
SLOW = os.environ.get("COUNTERFOIL_SLOW_BROWSER") == "1"
SLOWLY = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 60_000,
    "uploadThroughput": 30_000,
}

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """Start the browser; Django is told not to mind Playwright's event loop in this thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path, args=ARGUMENTS, timeout=PATIENCE
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
    refusals: set[str] = field(default_factory=lambda: {"409", "422"})  # a form may be refused
    asked: set[Request] = field(default_factory=set)  # and not answered yet

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(base_url=self.site, **(STILL | self.options))
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.complaints.append(f"{said.text} {said.location}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("crash", lambda _: self.complaints.append("The page crashed."))
        self.page.on("request", lambda request: self.addresses.append(request.url))
        self.page.on("request", lambda request: self.asked.add(request))
        self.page.on("requestfinished", lambda request: self.asked.discard(request))
        self.page.on("requestfailed", lambda request: self.asked.discard(request))
        if SLOW:
            wire = self.context.new_cdp_session(self.page)
            wire.send("Network.emulateNetworkConditions", SLOWLY)

    def go(self, by: Locator) -> None:
        """Click what leads to a page, and wait until this page is there."""
        with self.page.expect_navigation():
            by.click()

    def press(self, name: str) -> None:
        """Press a button, and wait for the page that answers."""
        self.go(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        """Follow a link, and wait for the page."""
        self.go(self.page.get_by_role("link", name=name, exact=True).first)

    def enter(self) -> None:
        """Press the Enter key wherever the cursor is, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, text: str) -> None:
        """Click what only changes the page that is there."""
        self.page.get_by_text(text).first.click()

    def back(self) -> None:
        """Go back to the page before."""
        self.page.go_back()

    def at(self, address: str) -> None:
        """Wait until the browser is at an address, such as ``**/search/``."""
        self.page.wait_for_url(address)

    def shows(self, text: str) -> None:
        """Wait for a heading that says this."""
        expect(self.page.get_by_role("heading", name=text).first).to_be_visible()

    def says(self, *texts: str, within: str = "main") -> None:
        """Wait until the page says all of this."""
        for text in texts:
            expect(self.page.locator(within)).to_contain_text(text, use_inner_text=True)

    def says_not(self, *texts: str, within: str = "main") -> None:
        """See that the page does not say any of this; wait before for what it does say."""
        for text in texts:
            expect(self.page.locator(within)).not_to_contain_text(text, use_inner_text=True)

    def fill(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(label).fill(text)

    def read(self, found: Locator) -> list[str]:
        """Read what stands in each of these, once there is one."""
        expect(found.first).to_be_visible()
        return found.all_inner_texts()

    def code(self, within: str = "main") -> str:
        """Read the first code of the page, as it is written."""
        groups = self.page.locator(within).first.locator(".code").first.locator(".code-group")
        return "-".join(self.read(groups))

    def is_accessible(self, *, but: Sequence[str] = ()) -> None:
        """Have axe look at the page as it is; nor may it be wider than the screen."""
        self.page.wait_for_load_state()
        self.page.evaluate("window.stop()")  # a page that looks again by itself stays for now
        violations = Axe().run(self.page).response["violations"]
        found = [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
        assert [one for one in found if one[0] not in but] == [], self.page.url
        wider = self.page.evaluate(WIDER)
        assert wider <= 0, f"{self.page.url} is {wider} pixels too wide"

    def picture(self, name: str, *, whole: bool = True, but: Sequence[str] = ()) -> None:
        """Take a picture for the documentation, after axe has looked at the page."""
        self.is_accessible(but=but)
        if place := os.environ.get("COUNTERFOIL_PICTURES"):
            path, secrets = Path(place, f"{name}.png"), [self.page.locator(SECRETS)]
            self.page.screenshot(path=path, full_page=whole, mask=secrets, mask_color="#9aa5a0")

    def end(self) -> None:
        """Ask for nothing more, wait for what was asked, and close."""
        self.context.route("**/*", lambda route: route.abort())
        complaints = list(self.complaints)  # being cut off is none
        for _ in range(PATIENCE // 10):
            if not self.asked:
                break
            self.page.wait_for_timeout(10)
        self.context.close()
        self.complaints = [
            text
            for text in complaints
            if not any(f"status of {one}" in text for one in self.refusals)
        ]


Visiting = Callable[..., Visit]


@contextmanager
def visits(browser: Browser, *sites: str) -> Iterator[Visiting]:
    """Give browsers; at the end none has broken the policy, or asked another site for anything."""
    made: list[Visit] = []

    def visit(**options: Any) -> Visit:
        made.append(Visit(browser, sites[0], {"viewport": PHONE, **options}))
        return made[-1]

    yield visit
    for one in made:
        one.end()
    complaints = [text for one in made for text in one.complaints]
    assert complaints == [], complaints
    elsewhere = [url for one in made for url in one.addresses if not url.startswith(sites)]
    assert elsewhere == [], elsewhere


@pytest.fixture
def visiting(browser: Browser, live_server: LiveServer) -> Iterator[Visiting]:
    """Give browsers for the live server."""
    with answered(), visits(browser, live_server.url) as visiting:
        yield visiting


@contextmanager
def answered() -> Iterator[None]:
    """
    Wait at the end until no request is under way.

    A browser that is gone leaves the server's thread at work: in the database that is emptied for
    the next test, or, too late, in the next test's.
    """
    under_way: set[int] = set()
    changed = threading.Condition()

    def begin(**_: object) -> None:
        if threading.current_thread() is not threading.main_thread():  # there the test itself is
            under_way.add(threading.get_ident())

    def finish(**_: object) -> None:
        with changed:
            under_way.discard(threading.get_ident())
            changed.notify_all()

    request_started.connect(begin)
    request_finished.connect(finish)
    try:
        yield
        with changed:
            assert changed.wait_for(lambda: not under_way, timeout=PATIENCE / 1000), under_way
    finally:
        request_started.disconnect(begin)
        request_finished.disconnect(finish)
