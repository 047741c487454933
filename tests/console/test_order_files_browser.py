"""Order files in a real browser: on a desk and a phone, in light and dark."""

from pathlib import Path

import pytest
from tests.arriving import enter_console
from tests.browsing import SIZES, Visiting
from tests.console.conftest import make_staff
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
@pytest.mark.parametrize("size", SIZES)
def test_a_file_can_be_handled_by_everybody(
    size: str, done: OrderFile, visiting: Visiting, tmp_path: Path
) -> None:
    mixed = tmp_path / "november.csv"
    mixed.write_bytes(MIXED)
    mara = enter_console(visiting(**SIZES[size]), "mara", "/console/order-files/")
    mara.is_accessible()
    mara.follow("Upload a file")
    mara.unfold("If the file is read wrongly")
    mara.is_accessible()
    mara.press("Read the file")
    mara.is_accessible()
    mara.page.get_by_label("File", exact=True).set_input_files(mixed)
    mara.press("Read the file")
    mara.shows("november.csv")
    mara.unfold("How it was read")
    mara.is_accessible()
    mara.press("Confirm and issue")
    mara.is_accessible()
    mara.follow("Read it differently")
    mara.is_accessible()
    mara.press("Read it this way")
    mara.page.get_by_label("Only the good rows").check()
    mara.press("Confirm and issue")
    mara.shows("It is being carried out")
    mara.is_accessible(but=["meta-refresh"])  # it shows how far work has come, and looks again
    mara.page.goto(f"/console/order-files/{done.pk}/")
    mara.is_accessible()
