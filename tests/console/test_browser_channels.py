"""Inbox, connections, reconcile and mapping in a real browser, and all of it without scripts."""

from datetime import timedelta

import pytest
from tests.arriving import enter_console
from tests.browsing import SIZES, Visiting
from tests.console.conftest import make_staff
from tests.console.test_inbox import receive
from tests.outside.opening import Corner, corner, open_corner

from counterfoil.errors import AccessLost
from counterfoil.intake.converging import converge_order
from counterfoil.intake.refusals import watch_refusals
from counterfoil.intake.rounds import Rounds
from counterfoil.intake.worker import work_messages
from counterfoil.models import (
    Connection,
    Difference,
    Message,
    Product,
    ReconcileRun,
    RefusedMessages,
)
from counterfoil.operations.map_product import map_product
from counterfoil.testing.builders import OPERATOR, a_line, now

__all__ = ["corner"]


@pytest.fixture
def busy(corner: Corner) -> Corner:
    """Let something have happened, some of it wrong."""
    corner.connection.name = "Corner shop in the long street by the river"
    corner.connection.save()
    other = open_corner("warehouse")
    corner.sell("C-2026-0107")
    receive(corner, "C-2026-0107")
    work_messages()
    for number in range(3):
        corner.sell(f"C-2026-020{number}", ago=timedelta(hours=number))
    corner.sell("C-2026-0300", a_line(2, sku="A-PRODUCT-NOBODY-HAS-MAPPED-UNTIL-TODAY"))
    Rounds()()
    Difference.objects.filter(reference="C-2026-0201").update(at=now() - timedelta(days=1))
    corner.lose("C-2026-0107")
    ReconcileRun.objects.update(started_at=now() - timedelta(hours=25))
    other.book.trouble = AccessLost("the app was uninstalled")
    Rounds()()
    receive(corner, "C-2026-0300", is_parked=True)
    receive(corner, "C-2026-0301")
    RefusedMessages.objects.create(
        connection=corner.connection, reason="forged", minute=now(), count=41
    )
    watch_refusals()
    Connection.objects.filter(slug="warehouse").update(swept_until=now() - timedelta(hours=9))
    map_product(
        connection=corner.connection,
        key="sku:OLD",
        product=Product.objects.first(),
        entitlements_per_unit=2,
        by=OPERATOR,
        at=now(),
    )
    converge_order(connection=corner.connection, pointer="C-2026-0300")
    make_staff("Support 2", username="mara")
    return corner


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", SIZES)
def test_can_be_used_by_everybody(size: str, busy: Corner, visiting: Visiting) -> None:
    run = ReconcileRun.objects.latest("started_at")
    parked = Message.objects.exclude(parked_at=None).get()
    mara = enter_console(visiting(**SIZES[size]), "mara", "/console/connections/")
    mara.is_accessible()
    for path in (
        "connections/corner/",
        "inbox/",
        f"inbox/{parked.pk}/",
        "reconcile/",
        f"reconcile/{run.pk}/",
        "mapping/",
        "mapping/corner/",
    ):
        mara.page.goto(f"/console/{path}")
        mara.is_accessible()
    mara.page.goto(f"/console/inbox/{parked.pk}/")
    mara.press("Show the body")
    mara.is_accessible()
    mara.page.goto("/console/mapping/")
    mara.go(mara.page.get_by_role("link", name="sku:A-PRODUCT"))
    mara.page.get_by_label("What it is here").select_option("DNA-corner")
    mara.press("Save")
    mara.is_accessible()
    mara.press("Re-sync them")
    mara.says("1 order was asked for; 2 entitlements issued.")
    mara.fill("What the channel calls it", "")
    mara.press("Save")
    mara.is_accessible()
    assert busy.live("C-2026-0300") == 2
