"""Order files in a real browser: on a desk and a phone, in light and dark, without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.console.conftest import PASSWORD, make_staff
from tests.console.test_browser import SIZES, look
from tests.order_files import a_file, a_row, carry_out, procurement, upload

from counterfoil.models import OrderFile
from counterfoil.rules.order_files import Extent

MIXED = a_file(
    a_row("204-1111111-2222222", "90000000000000001"),
    a_row("204-1111111-2222222", "90000000000000002", sku="DNA-PLUS", quantity=1, price="129.00"),
    a_row("205-3333333-4444444", "90000000000000003", sku="MUG-BLUE", quantity=1, price="9.99"),
    a_row("205-3333333-4444444", "5.83564E+11", quantity=1, price="99.00"),
    a_row("206-5555555-6666666", "90000000000000005", quantity=40, price="3960.00"),
)


@pytest.fixture
def done() -> OrderFile:
    """Make a shop that takes files, and one file that was carried out."""
    connection = procurement()
    make_staff("Operations", username="mara")
    rows = [a_row("206-5555555-6666666", "90000000000000005", quantity=4, price="396.00")]
    bad = a_row("207-1", "90000000000000009", quantity="two")
    first = upload(connection, a_file(*rows, bad), name="october.csv").order_file
    return carry_out(first, Extent.GOOD_ROWS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_a_file_can_be_handled_by_everybody(
    size: str,
    scheme: str,
    done: OrderFile,
    live_server: LiveServer,
    chromium_path: Path,
    tmp_path: Path,
) -> None:
    wrong: list[str] = []
    mixed = tmp_path / "november.csv"
    mixed.write_bytes(MIXED)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        page: Page = browser.new_context(
            viewport=SIZES[size],
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=True,
        ).new_page()

        def seen(name: str) -> None:
            wrong.extend(look(page, f"files-{name}-{size}-{scheme}"))

        page.goto(f"{live_server.url}/console/order-files/")
        page.get_by_label("User name").fill("mara")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        seen("list")
        page.get_by_role("link", name="Upload a file").click()
        page.get_by_text("If the file is read wrongly").click()
        seen("new")
        page.get_by_role("button", name="Read the file").click()
        seen("new-refused")
        page.get_by_label("File", exact=True).set_input_files(mixed)
        page.get_by_role("button", name="Read the file").click()
        page.get_by_role("heading", name="november.csv").wait_for()
        page.get_by_text("How it was read").click()
        seen("looked")
        page.get_by_role("button", name="Confirm and issue").click()
        seen("refused")
        page.get_by_role("link", name="Read it differently").click()
        seen("read")
        page.get_by_role("button", name="Read it this way").click()
        page.get_by_label("Only the good rows").check()
        page.get_by_role("button", name="Confirm and issue").click()
        page.get_by_role("heading", name="It is being carried out").wait_for()
        seen("running")
        page.goto(f"{live_server.url}/console/order-files/{done.pk}/")
        seen("done")
        browser.close()

    # A page that shows how far work has come looks again by itself, on purpose.
    assert [one for one in wrong if "meta-refresh" not in one] == []
