"""Batches, second persons and the till in a real browser, on a desk and a phone."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from tests.batches import batch_request, make_till, mint_batch
from tests.console.conftest import PASSWORD, make_staff
from tests.console.test_browser import browsing, look
from tests.staff import make_colleague

from counterfoil.models import Approval
from counterfoil.operations.activate_at_sale import activate_at_sale
from counterfoil.operations.make_print_file import make_print_file
from counterfoil.operations.request_batch import request_batch
from counterfoil.operations.request_grant import request_grant
from counterfoil.operations.withdraw_from_batch import withdraw_from_batch
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import State
from counterfoil.testing.builders import OPERATOR, make_product, now

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [("desk", "light"), ("phone", "dark")]


def enter(page: Page, site: str, who: str) -> None:
    """Sign in."""
    page.goto(f"{site}/console/sign-in/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.click("button")


@pytest.mark.parametrize(("size", "scheme"), SIZES)
def test_pages_are_in_order_for_everybody(
    live_server: LiveServer, chromium_path: Path, size: str, scheme: str
) -> None:
    make_staff("Everything", username="boss")
    printed, olga = mint_batch(make_product(), 20, name="spring-2027"), make_colleague("olga")
    product, till = printed.batch.product, make_till()
    about = {"batch_id": printed.batch.pk, "by": olga, "at": now()}
    make_print_file(number=1, claim_page="/c", **about)
    activate_at_sale(
        connection=till, sale="R-1", presented=printed.codes[:3], by=OPERATOR, at=now()
    )
    withdraw_from_batch(
        first=19, last=20, states=[State.MINTED], expected=2, reason="spoiled", **about
    )
    waiting = request_batch(**batch_request(product, by=olga, quantity=25_000))
    granted = request_grant(
        request_id=uuid4(),
        product=product,
        quantity=120,
        category=GrantCategory.CUSTOMER_SERVICE,
        reason="A whole club was disappointed",
        reference="CASE-1",
        recipient="eve@example.com",
        by=olga,
        at=now(),
    )
    asked = Approval.objects.get(subject=str(waiting.pk))
    batch = f"batches/{printed.batch.pk}"
    paths = {
        "approvals": "approvals/",
        "approval": f"approvals/{granted.pk}/",
        "approval-batch": f"approvals/{asked.pk}/",
        "batches": "batches/",
        "batch": f"{batch}/",
        "batch-waiting": f"batches/{waiting.pk}/",
        "withdraw": f"{batch}/withdraw/?first=1&last=9&reach=all",
        "withdraw-wrong": f"{batch}/withdraw/?first=0",
        "recall": f"{batch}/withdraw/?whole=1",
        "ask": "batches/ask/",
        "grant": "grant/",
    }
    wrong = []
    with browsing(chromium_path, size, scheme) as page:
        enter(page, live_server.url, "boss")
        for name, path in paths.items():
            page.goto(f"{live_server.url}/console/{path}")
            wrong += look(page, f"{name}-{size}-{scheme}")

    assert wrong == []


@pytest.mark.parametrize(("size", "scheme"), SIZES)
def test_a_scanner_needs_no_mouse(
    live_server: LiveServer, chromium_path: Path, size: str, scheme: str
) -> None:
    make_staff("Till", username="cash")
    printed = mint_batch(make_product(), 2)
    make_till()
    told, wrong = [], []
    with browsing(chromium_path, size, scheme) as page:
        enter(page, live_server.url, "cash")
        wrong += look(page, f"till-{size}-{scheme}")
        for code in (printed.codes[0], printed.codes[1], printed.codes[0], "7K3M9QXT2B5NRWE8"):
            page.keyboard.type(code)  # into whatever has the focus
            with page.expect_navigation():
                page.keyboard.press("Enter")
            told.append(page.inner_text(".till-title"))
            wrong += look(page, f"till-{len(told)}-{size}-{scheme}")

    assert wrong == []
    assert [one.strip() for one in told] == [
        "Sold",
        "Sold",
        "Sold already, in this sale",
        "Do not sell this",
    ]
