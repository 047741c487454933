"""The console in a real browser: on a desk and a phone, in light and dark, for everybody."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect
from tests.arriving import enter_console
from tests.browsing import SIZES, Visiting
from tests.console.conftest import make_staff
from tests.queries.builders import Storied, live_a_life

from counterfoil.models import ExceptionCase
from counterfoil.models.ids import handle_of
from counterfoil.testing.builders import (
    a_line,
    an_order,
    converge,
    issue_many,
)


@pytest.fixture
def storied() -> Storied:
    """Make a shop in which something has happened."""
    storied = live_a_life()
    connection = storied.issued.purchase.connection
    assert connection is not None
    issue_many(2, reference="CF-2026-0108")
    order = an_order(a_line(1, sku="DNA-PLUS"), reference="CF-2026-0109")
    converge(connection, replace(order, buyer_email="bob@example.org"))
    make_staff("Support 2", username="mara")
    return storied


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", SIZES)
def test_can_be_used_by_everybody(size: str, storied: Storied, visiting: Visiting) -> None:
    issued, case = storied.issued, ExceptionCase.objects.latest("pk")
    handle = handle_of(issued.entitlement_ids[1])
    mara = visiting(**SIZES[size])
    mara.page.goto("/console/exceptions/")
    mara.is_accessible()
    enter_console(mara, "mara", "/console/exceptions/")
    mara.at("**/console/exceptions/")
    mara.is_accessible()
    mara.page.goto(f"/console/exceptions/{case.pk}/")
    mara.is_accessible()
    mara.page.keyboard.press("/")
    mara.page.keyboard.type("ann.buyer@example.com")
    mara.enter()
    mara.at("**/search/")
    mara.is_accessible()
    mara.page.goto("/console/")
    mara.is_accessible()
    mara.page.keyboard.type(issued.codes[1])
    mara.enter()
    mara.at(f"**/trace/{handle}/**")
    mara.is_accessible()
    mara.page.goto(f"/console/{handle}/act/lift_hold/")
    mara.is_accessible()
    mara.press("Lift hold")
    mara.is_accessible()
    mara.page.get_by_label("Reason").select_option("investigated")
    mara.press("Lift hold")
    mara.at(f"**/trace/{handle}/**")
    mara.says("The hold is lifted.")
    mara.page.goto(f"/console/{handle}/act/reveal_code/")
    mara.page.get_by_label("Reason").select_option("support_case")
    mara.press("Reveal code")
    expect(mara.page.locator(".shown-code")).to_have_count(1)
    mara.at(f"**#{handle}")
    mara.is_accessible()
    mara.page.goto("/console/grant/")
    mara.is_accessible()
