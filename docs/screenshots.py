"""
Take the pictures of the documentation from a running demo.

    python docs/screenshots.py --password <the console's> [--site URL] [--sim URL] [--shopify URL]
        [--only NAME]

It buys something, claims it and looks at it as staff would, as people who exist nowhere. Codes are
blurred before each picture: a picture is the one copy of a code that nobody can replace.
"""

import argparse
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Playwright, sync_playwright

HERE = Path(__file__).parent
DESK, PHONE = {"width": 1200, "height": 800}, {"width": 390, "height": 780}
HIDE_CODES = """
    .code, .code-group, .input-code, .qr-box svg, pre.mail, iframe { filter: blur(9px) !important }
    *, *::before, *::after { animation: none !important; transition: none !important;
                             caret-color: transparent !important }
"""
ORDERS = {
    "name": "november.csv",
    "mimeType": "text/csv",
    "buffer": b"""PO number,line,sku,qty,currency,unit price,contact e-mail
PO-2026-118,10,DNA-STD,25,USD,99.00,purchasing@clinic.example
PO-2026-118,20,DNA-HEALTH,5,USD,119.00,purchasing@clinic.example
PO-2026-119,10,MUG-BLUE,1,USD,9.99,purchasing@clinic.example
PO-2026-120,5.83564E+11,DNA-STD,1,USD,99.00,purchasing@clinic.example
PO-2026-121,10,CLUB-1Y,two,USD,49.00,purchasing@clinic.example
""",
}
WAIT = 20_000  # milliseconds for anything that the worker has to do first
TRIES = 20


@dataclass
class Studio:
    """A browser, the demo's addresses, and where the pictures go."""

    browser: Browser
    site: str
    sim: str
    shopify: str
    out: Path
    only: str = ""
    taken: list[str] = field(default_factory=list)

    @contextmanager
    def visitor(self, *, phone: bool = False, dark: bool = False) -> Iterator[Page]:
        """Give somebody a browser of their own."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESK,
            device_scale_factor=1.5 if phone else 1.25,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            bypass_csp=True,  # or nothing could be blurred
        )
        page = context.new_page()
        page.set_default_timeout(WAIT)
        yield page
        context.close()

    def shoot(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Take a picture with everything hidden that opens something."""
        if self.only and self.only != name:
            return
        page.add_style_tag(content=HIDE_CODES)
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=self.out / f"{name}.png", full_page=whole)
        self.taken.append(name)

    def mails(self, page: Page, to: str, subject: str) -> Locator:
        """List the mails to somebody, the newest first."""
        page.goto(f"{self.sim}/mail")
        return page.locator("li a", has_text=f"to {to}").filter(has_text=subject)

    def count_mails(self, to: str, subject: str) -> int:
        """Count the mails to somebody."""
        with self.visitor() as page:
            return self.mails(page, to, subject).count()

    def wait_for_mail(self, to: str, subject: str, *, beyond: int) -> str:
        """Wait until somebody has more mails than so many, and give the text of the newest."""
        with self.visitor() as page:
            for _ in range(TRIES):
                found = self.mails(page, to, subject)
                if found.count() > beyond:
                    found.first.click()
                    return page.locator("pre.mail").inner_text()
                page.wait_for_timeout(1_000)
        raise SystemExit(f"No mail {subject!r} came to {to}. Is the worker running?")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button."""
    page.get_by_role("button", name=name).first.click()


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait for a heading."""
    page.get_by_role("heading", name=text).first.wait_for()


def fill_cart(page: Page, studio: Studio) -> None:
    """Put two of the first product into the cart of Ann."""
    page.goto(f"{studio.site}/checkout/")
    page.get_by_label("Quantity").first.fill("2")
    page.get_by_label("Your e-mail address").fill("ann@example.com")


def buy(studio: Studio) -> str:
    """Buy as Ann, through the simulated Stripe; gives a code."""
    with studio.visitor(phone=True, dark=True) as page:
        fill_cart(page, studio)
        studio.shoot(page, "checkout-phone-dark")
    with studio.visitor() as page:
        fill_cart(page, studio)
        studio.shoot(page, "checkout")
        press(page, "Pay by card")
        page.wait_for_url(f"{studio.sim}/**")
        studio.shoot(page, "simulator-pay")
        press(page, re.compile("^Pay$"))
        page.wait_for_url(f"{studio.site}/**")
        for _ in range(TRIES):
            if page.locator(".code-group").count():
                break
            page.wait_for_timeout(1_000)
            page.reload()
        heading(page, re.compile("^Thank you"))
        groups = page.locator(".ticket").first.locator(".code-group").all_inner_texts()
        studio.shoot(page, "thank-you")
        return "-".join(groups)


def sign_in(page: Page, studio: Studio, address: str) -> None:
    """Prove that somebody reads an address."""
    known = studio.count_mails(address, "digits")
    page.get_by_label("Your e-mail address").fill(address)
    press(page, "Send me the digits")
    page.get_by_label("The six digits from our mail").wait_for()
    mail = studio.wait_for_mail(address, "digits", beyond=known)
    [digits] = re.findall(r"^\s*(\d{6})\s*$", mail, re.MULTILINE)
    page.get_by_label("The six digits from our mail").fill(digits)
    press(page, "Continue")


def claim(studio: Studio, code: str) -> None:
    """Claim the code as Ben, and say which dog it is for."""
    with studio.visitor(phone=True, dark=True) as page:
        page.goto(f"{studio.site}/c")
        page.get_by_label("Your code").fill(code)
        press(page, "Show what it is")
        heading(page, "This is what you have")
        studio.shoot(page, "claim-phone-dark")
    with studio.visitor() as page:
        page.goto(f"{studio.site}/c")
        page.get_by_label("Your code").fill(code)
        press(page, "Show what it is")
        heading(page, "This is what you have")
        sign_in(page, studio, "ben@example.com")
        heading(page, "Is this for you?")
        studio.shoot(page, "claim")
        press(page, re.compile("^Claim$"))
        heading(page, "It is yours")
        page.get_by_role("link", name=re.compile("^Go on")).click()
        press(page, "I agree")
        page.get_by_label("Your dog's name").fill("Miso")
        press(page, "Save and go on")
        for label, text in (("Name", "Ben"), ("Street and number", "Elm Road 7")):
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_label("Town or city").fill("Springfield")
        page.get_by_label("Country").fill("USA")
        press(page, "Save and go on")
        heading(page, "It is being set up")


def look_again(studio: Studio) -> None:
    """Let Ann see what she bought."""
    with studio.visitor() as page:
        page.goto(f"{studio.site}/my/")
        sign_in(page, studio, "ann@example.com")
        heading(page, "What I bought")
        studio.shoot(page, "my-purchases")


def look_as_staff(studio: Studio, username: str, password: str, code: str) -> None:
    """Look at the console, and find the purchase by its code."""
    with studio.visitor() as page:
        page.goto(f"{studio.site}/console/")
        page.get_by_label("User name").fill(username)
        page.get_by_label("Password").fill(password)
        press(page, "Sign in")
        heading(page, "What became of it?")
        studio.shoot(page, "console")
        page.get_by_label("Search").first.fill(code)
        press(page, "Search")
        heading(page, "What happened")
        studio.shoot(page, "trace", whole=True)
        page.goto(f"{studio.site}/console/exceptions/")
        studio.shoot(page, "exceptions")
        look_at_a_file(page, studio)


def look_at_a_file(page: Page, studio: Studio) -> None:
    """Upload a file with orders, and look at what would become of its rows."""
    page.goto(f"{studio.site}/console/order-files/new/")
    page.get_by_label("Whose orders").select_option("procurement")
    page.get_by_label("File", exact=True).set_input_files(ORDERS)
    press(page, "Read the file")
    heading(page, ORDERS["name"])
    studio.shoot(page, "order-file", whole=True)


def look_at_the_simulator(studio: Studio) -> None:
    """Look at the simulated Stripe, and at what it delivered."""
    with studio.visitor() as page:
        page.goto(studio.sim)
        studio.shoot(page, "simulator")
        page.goto(f"{studio.sim}/deliveries")
        studio.shoot(page, "simulator-deliveries")
        page.goto(f"{studio.sim}/registry")
        studio.shoot(page, "registry")


def buy_at_shopify(studio: Studio) -> None:
    """Buy three as Ann in the other shop, give one back, and look at it as staff there."""
    with studio.visitor() as page:
        page.goto(studio.shopify)
        page.get_by_label("How many").first.fill("3")
        page.get_by_label("E-mail", exact=True).fill("ann@example.com")
        page.get_by_label("Name", exact=True).first.fill("Ann Buyer")
        studio.shoot(page, "shopify-shop")
        press(page, "Pay now")
        page.wait_for_url("**/thanks/*")
        page.get_by_role("link", name="See it as staff").click()
        for _ in range(TRIES):  # until the app has written what became of it
            if page.get_by_text("What the app wrote").count():
                break
            page.wait_for_timeout(1_000)
            page.reload()
        page.get_by_label(re.compile("units back")).first.fill("1")
        press(page, "Refund these units")
        studio.shoot(page, "shopify-order", whole=True)
        page.goto(f"{studio.shopify}/app")
        page.add_style_tag(content="td .id { filter: blur(6px) }")  # they open something
        studio.shoot(page, "shopify-app")


def look_at_the_start(studio: Studio) -> None:
    """Look at the page that leads everywhere."""
    with studio.visitor() as page:
        page.goto(f"{studio.site}/")
        studio.shoot(page, "demo-start")


def main() -> None:
    """Take all pictures, or the one that was asked for."""
    given = _parser().parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = _browser(playwright)
        site, sim, shopify = (url.rstrip("/") for url in (given.site, given.sim, given.shopify))
        studio = Studio(browser, site, sim, shopify, given.out, given.only)
        look_at_the_start(studio)
        buy_at_shopify(studio)
        code = buy(studio)
        claim(studio, code)
        look_again(studio)
        look_as_staff(studio, given.username, given.password, code)
        look_at_the_simulator(studio)
        browser.close()
    print(f"{len(studio.taken)} pictures are in {given.out}: {', '.join(studio.taken)}")  # noqa: T201


def _browser(playwright: Playwright) -> Browser:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    return playwright.chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Take the pictures of the documentation.")
    parser.add_argument("--site", default="http://127.0.0.1:8000", help="default: %(default)s")
    parser.add_argument("--sim", default="http://127.0.0.1:8010", help="default: %(default)s")
    parser.add_argument("--shopify", default="http://127.0.0.1:8020", help="default: %(default)s")
    parser.add_argument("--username", default="olga", help="of the console (default: %(default)s)")
    parser.add_argument("--password", required=True, help="of the console, as the demo printed it")
    parser.add_argument("--out", type=Path, default=HERE / "images", help="default: docs/images")
    parser.add_argument("--only", default="", metavar="NAME", help="save this picture only")
    return parser


if __name__ == "__main__":
    main()
