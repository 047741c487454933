"""What a Shopify order shows of what became of it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from counterfoil.channels.base import OrderReport, ReportedUnit
from counterfoil.channels.order_status import LONGEST_STATUS, status_of
from counterfoil.channels.shopify import Shopify
from counterfoil.channels.shopify_writing import MOST_LINES, Showing
from counterfoil.errors import ChannelRefused, ChannelUnavailable
from tests.channels.test_shopify import settings_of
from tests.shopify_double import ShopDouble, ShopServer
from tests.shopify_orders import LINE, MUG, ORDER, OTHER, Order, gid, line

GID = gid("Order", ORDER)
ALL = Showing(status=True, fulfil="all", tags=("counterfoil", "digital"), company="Kennel Club")


@pytest.fixture
def double() -> ShopDouble:
    found = ShopDouble()
    found.add(Order())
    return found


@pytest.fixture
def server(double: ShopDouble) -> Iterator[ShopServer]:
    server = ShopServer(double)
    yield server
    server.stop()


def channel(server: ShopServer, showing: Showing = ALL) -> Shopify:
    return Shopify(settings_of(server.url, showing=showing))


def report(state: str = "issued", claim_url: str | None = None) -> OrderReport:
    return OrderReport(
        reference=str(ORDER),
        units=(
            ReportedUnit(line=str(OTHER), handle="ent_c", state=state),
            ReportedUnit(line=str(LINE), handle="ent_b", state=state),
            ReportedUnit(line=str(LINE), handle="ent_a", state="assigned"),
        ),
        claim_url=claim_url,
    )


def fulfilled(double: ShopDouble) -> list[dict[str, int]]:
    """Give what was fulfilled, call by call: quantity by row."""
    return [
        {
            row["id"]: row["quantity"]
            for part in one["lineItemsByFulfillmentOrder"]
            for row in part["fulfillmentOrderLineItems"]
        }
        for one in double.fulfilments
    ]


def row(number: int) -> str:
    return gid("FulfillmentOrderLineItem", number)


def test_shows_each_unit_once(server: ShopServer, double: ShopDouble) -> None:
    shopify = channel(server)
    shopify.write_back(report())
    asked = len(double.asked)

    assert json.loads(double.metafields[GID]) == {
        "v": 1,
        "units": [
            {"line": str(LINE), "state": "assigned", "ref": "ent_a"},
            {"line": str(LINE), "state": "issued", "ref": "ent_b"},
            {"line": str(OTHER), "state": "issued", "ref": "ent_c"},
        ],
    }
    assert double.orders[ORDER].tags == ["counterfoil", "digital"]
    shopify.write_back(report())  # the same again reads, and writes nothing
    assert double.names()[asked:] == ["CounterfoilShown"]


def test_shows_nothing_unless_it_is_wanted(server: ShopServer, double: ShopDouble) -> None:
    channel(server, Showing()).write_back(report())
    assert double.names() == ["CounterfoilShown"]
    assert (double.metafields, double.fulfilments, double.orders[ORDER].tags) == ({}, [], [])


def test_fulfils_the_lines_that_were_issued_and_no_other(
    server: ShopServer, double: ShopDouble
) -> None:
    channel(server).write_back(report())

    assert fulfilled(double) == [{row(1): 2, row(2): 1}]  # the mug is still to be sent
    assert str(MUG) not in json.dumps(double.fulfilments)
    assert double.fulfilments[0]["notifyCustomer"] is False


def test_fulfils_only_what_is_left(server: ShopServer, double: ShopDouble) -> None:
    double.orders[ORDER].fulfil(row(1), 1)
    double.orders[ORDER].fulfil(row(2), 1)
    channel(server).write_back(report())
    assert fulfilled(double) == [{row(1): 1}]


def test_does_not_say_that_a_parcel_was_sent(server: ShopServer, double: ShopDouble) -> None:
    double.orders[ORDER].lines[1]["requiresShipping"] = True
    channel(server, Showing(fulfil="digital")).write_back(report())
    assert fulfilled(double) == [{row(1): 2}]


def test_fulfils_nothing_that_was_withdrawn(server: ShopServer, double: ShopDouble) -> None:
    channel(server).write_back(
        OrderReport(
            reference=str(ORDER),
            units=(ReportedUnit(line=str(OTHER), handle="ent_c", state="revoked"),),
        )
    )
    assert double.fulfilments == []


@pytest.mark.parametrize(
    "change",
    [
        {"status": "ON_HOLD"},
        {"status": "CLOSED"},
        {"status": "SCHEDULED"},
        {"supportedActions": [{"action": "HOLD"}]},
    ],
)
def test_leaves_alone_what_cannot_be_fulfilled(
    server: ShopServer, double: ShopDouble, change: dict[str, Any]
) -> None:
    order = double.orders[ORDER]
    order.facts["fulfillmentOrders"] = [order.to_fulfil()[0] | change]
    channel(server).write_back(report())
    assert double.fulfilments == []


def test_fulfils_place_by_place(server: ShopServer, double: ShopDouble) -> None:
    order = double.orders[ORDER]
    [whole] = order.to_fulfil()
    parts = [
        whole
        | {
            "id": gid("FulfillmentOrder", n + 1),
            "lineItems": [whole["lineItems"][n]],
            "assignedLocation": {"location": {"id": gid("Location", n + 1)}},
        }
        for n in range(2)
    ]
    order.facts["fulfillmentOrders"] = parts
    channel(server).write_back(report())
    assert fulfilled(double) == [{row(1): 2}, {row(2): 1}]


def test_fulfils_at_most_512_lines_at_once(server: ShopServer, double: ShopDouble) -> None:
    many = MOST_LINES + 88
    double.orders.clear()
    lines = [line(10_000 + n, f"KIT-{n}", 1, "1.00") for n in range(many)]
    double.add(Order(number=9, lines=lines, total=f"{many}.00"))
    units = tuple(
        ReportedUnit(line=str(10_000 + n), handle=f"ent_{n}", state="issued") for n in range(many)
    )
    channel(server).write_back(OrderReport(reference="9", units=units))
    assert [len(one) for one in fulfilled(double)] == [512, 88]


def test_leads_the_buyer_to_us_if_the_shop_wants_it(server: ShopServer, double: ShopDouble) -> None:
    channel(server).write_back(report(claim_url="https://kennel.example/my/"))
    [made] = double.fulfilments
    assert made["notifyCustomer"] is True
    assert made["trackingInfo"] == {
        "company": "Kennel Club",
        "number": "1042",
        "url": "https://kennel.example/my/",
    }


def test_does_not_write_over_what_others_wrote_meanwhile(
    server: ShopServer, double: ShopDouble
) -> None:
    def overtake(name: str) -> None:
        if name == "CounterfoilShow":
            double.before = None
            double.metafields[GID] = '{"v":1,"units":[]}'

    double.before = overtake
    channel(server).write_back(report())
    assert double.names().count("CounterfoilShow") == 2
    assert len(json.loads(double.metafields[GID])["units"]) == 3

    rival = iter(range(100))

    def always(name: str) -> None:
        if name == "CounterfoilShow":
            double.metafields[GID] = json.dumps({"v": next(rival)})

    double.before = always
    with pytest.raises(ChannelUnavailable):
        channel(server).write_back(report("revoked"))


def test_passes_on_why_shopify_will_not(server: ShopServer, double: ShopDouble) -> None:
    double.refusals["metafieldsSet"] = [
        {"field": None, "message": "Owner is archived", "code": "INVALID"}
    ]
    with pytest.raises(ChannelRefused, match="archived"):
        channel(server).write_back(report())
    double.orders[ORDER].is_deleted = True
    with pytest.raises(ChannelRefused, match="no such order"):
        channel(server).write_back(report())


def test_sums_up_what_is_too_long_to_list() -> None:
    units = tuple(
        ReportedUnit(line=str(LINE), handle=f"ent_{n:020d}", state="issued") for n in range(5_000)
    )
    written = status_of(OrderReport(reference="9", units=units))
    assert len(written) < LONGEST_STATUS
    assert json.loads(written)["lines"] == [{"line": str(LINE), "states": {"issued": 5_000}}]
