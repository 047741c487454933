"""Batches, second persons and the till in a real browser, on a desk and a phone."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect
from tests.arriving import enter_console
from tests.batches import batch_request, make_till, mint_batch
from tests.browsing import SIZES, Visiting
from tests.console.conftest import make_staff
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


@pytest.mark.parametrize("size", SIZES)
def test_pages_are_in_order_for_everybody(visiting: Visiting, size: str) -> None:
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
    paths = (
        "approvals/",
        f"approvals/{granted.pk}/",
        f"approvals/{asked.pk}/",
        "batches/",
        f"{batch}/",
        f"batches/{waiting.pk}/",
        f"{batch}/withdraw/?first=1&last=9&reach=all",
        f"{batch}/withdraw/?first=0",
        f"{batch}/withdraw/?whole=1",
        "batches/ask/",
        "grant/",
    )
    boss = enter_console(visiting(**SIZES[size]), "boss")
    for path in paths:
        boss.page.goto(f"/console/{path}")
        boss.is_accessible()


@pytest.mark.parametrize("size", SIZES)
def test_a_scanner_needs_no_mouse(visiting: Visiting, size: str) -> None:
    make_staff("Till", username="cash")
    printed = mint_batch(make_product(), 2)
    make_till()
    till = enter_console(visiting(**SIZES[size]), "cash")
    till.is_accessible()
    for code, told in (
        (printed.codes[0], "Sold"),
        (printed.codes[1], "Sold"),
        (printed.codes[0], "Sold already, in this sale"),
        ("7K3M9QXT2B5NRWE8", "Do not sell this"),
    ):
        till.page.keyboard.type(code)  # into whatever has the focus
        till.enter()
        expect(till.page.locator(".till-title")).to_have_text(told)
        till.is_accessible()
