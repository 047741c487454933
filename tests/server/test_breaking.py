"""Everything that can go wrong can be made to go wrong in a demo, and is before a person then."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.intake.comparing import compare_order
from counterfoil.models import ExceptionCase
from counterfoil.playbooks.catalogue import all_playbooks, playbook_of
from counterfoil.testing.mishaps import MISHAPS, World
from counterfoil.testing.mishaps.world import NotNow
from counterfoil.testing.shop_kinds import KINDS
from counterfoil_sim.deliveries import Deliveries
from counterfoil_sim.server import SimulatorServer
from counterfoil_sim.shopify.server import ShopifyServer
from counterfoil_sim.shopify.shop import Shopify
from counterfoil_sim.shopify.webhooks import Webhooks
from counterfoil_sim.simulator import Simulator

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "http://127.0.0.1:9"  # messages are not needed: each order is looked at at once


@pytest.fixture
def stripe_url() -> Iterator[str]:
    simulator = Simulator(clock=time.time, salt="t")
    server = SimulatorServer(Deliveries(simulator, url=NOWHERE, secret="s")).start()
    yield server.url
    server.stop()


@pytest.fixture
def shopify() -> Iterator[ShopifyServer]:
    shop = Shopify(token="shpat_simulated", secret="shpss_simulated", clock=time.time, salt="t")
    server = ShopifyServer(Webhooks(shop)).start()
    yield server
    server.stop()


@pytest.fixture
def world(
    stripe_url: str, shopify: ShopifyServer, live_server: LiveServer, settings: Settings
) -> World:
    """Give a demo in which nothing works in the background."""
    settings.SITE_URL = live_server.url
    settings.DEMO_PLACES = {"Break": []}
    settings.REGISTRY_URL = f"{stripe_url}/registry"
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS
    settings.COUNTERFOIL_PROVISIONER = "counterfoil_server.registry.KennelRegistry"
    out = StringIO()
    urls = {"sim_url": stripe_url, "shopify_url": shopify.url, "site_url": live_server.url}
    call_command("counterfoil_seed_demo", stdout=out, **urls)
    for one in json.loads(json.loads(out.getvalue())["shopify_goods"]):
        shopify.shop.sell(one["sku"], one["title"], one["price"])
    return World(
        at=timezone.now(),
        shopify_url=shopify.url,
        stripe_url=stripe_url,
        site_url=live_server.url,
    )


def is_before_a_person(kind: str) -> bool:
    """Tell whether there is a case, or the playbook of its kind would find one now."""
    if ExceptionCase.objects.filter(kind=kind, resolved_at=None).exists():
        return True
    find = playbook_of(kind).find
    return find is not None and any(find(timezone.now()))


def test_every_kind_of_case_can_be_made_to_happen(world: World) -> None:
    missing = []
    for one in MISHAPS:
        one.make(replace(world, at=timezone.now()))
        if not is_before_a_person(one.kind):
            missing.append(one.kind)

    assert missing == []
    assert {one.kind for one in MISHAPS} == {one.kind.name for one in all_playbooks()}


def test_what_cannot_be_broken_now_says_why(world: World) -> None:
    nowhere = replace(world, shopify_url=NOWHERE)
    [unmapped] = [one for one in MISHAPS if one.kind == "unmapped_product"]

    with pytest.raises(NotNow, match="does not answer"):
        unmapped.make(nowhere)

    assert not ExceptionCase.objects.filter(purchase__connection=nowhere.shopify).exists()


def test_the_page_breaks_what_its_button_says(world: World, client: Client) -> None:
    shown = client.get("/break/")
    told = client.post("/break/", {"kind": "line_changed"})

    assert len(shown.context["rows"]) == len(MISHAPS)
    assert '<a class="brand" href="/">' in shown.content.decode()  # back to where all of it is
    assert told.status_code == 200
    assert told.context["case_url"].endswith("?kind=line_changed")
    assert ExceptionCase.objects.filter(kind="line_changed", resolved_at=None).exists()
    assert client.post("/break/", {"kind": "the_bank"}).status_code == 404


def test_an_order_that_was_unreadable_can_be_mended_by_support(
    world: World, client: Client
) -> None:
    client.post("/break/", {"kind": "order_stuck"})
    case = ExceptionCase.objects.get(kind="order_stuck", resolved_at=None)
    reference = case.key.partition(":")[2]
    compare_order(connection=world.market, pointer=reference, by=None)
    case.refresh_from_db()
    assert case.resolved_at is None

    assert client.post("/break/", {"kind": "order_stuck", "mend": "1"}).status_code == 200
    compare_order(connection=world.market, pointer=reference, by=None)

    case.refresh_from_db()
    assert case.resolved_at is not None
    assert client.post("/break/", {"kind": "poison_message", "mend": "1"}).status_code == 404


def test_there_is_no_such_page_where_there_is_no_demo(client: Client) -> None:
    assert client.get("/break/").status_code == 404
    assert client.post("/break/", {"kind": "line_changed"}).status_code == 404
