"""
What a shop sees at the order: a status, a fulfilment, tags; never a code.

Staff and other apps read all of it. Everything is compared with what is there first, so saying the
same again changes nothing.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from counterfoil.channels import shopify_documents as documents
from counterfoil.channels.base import OrderReport
from counterfoil.channels.order_status import status_of
from counterfoil.channels.shopify_api import ShopifyApi, next_page
from counterfoil.channels.shopify_values import mapping, reference, several, text
from counterfoil.errors import ChannelRefused, ChannelUnavailable

NAMESPACE, KEY = "$app", "counterfoil"
MOST_LINES = 512  # in one fulfilment

_TRIES = 3
_OVERTAKEN = frozenset({"INVALID_COMPARE_DIGEST", "STALE_OBJECT"})
_STATUSES = frozenset({"OPEN", "IN_PROGRESS"})
_GONE = frozenset({"revoked"})

Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """
    What a connection wants shown at the order; nothing, unless it says so.

    ``fulfil`` is ``""``, ``"digital"`` for lines that need no parcel, or ``"all"``.
    """

    status: bool = False
    fulfil: str = ""
    tags: tuple[str, ...] = ()
    company: str = ""

    def scopes(self) -> tuple[tuple[str, ...], ...]:
        """Give the permissions that this needs, as alternatives each."""
        needed: list[tuple[str, ...]] = []
        if self.status or self.tags:
            needed.append(("write_orders",))
        if self.fulfil:
            needed.append(
                (
                    "write_merchant_managed_fulfillment_orders",
                    "write_assigned_fulfillment_orders",
                    "write_third_party_fulfillment_orders",
                )
            )
        return tuple(needed)


NOTHING_SHOWN = Showing()


def show(api: ShopifyApi, report: OrderReport, showing: Showing) -> None:
    """
    Bring what the order shows to what is reported.

    :raises ChannelUnavailable: if Shopify does not answer, or others write at the same time.
    :raises ChannelRefused: if Shopify will not have it.
    """
    gid = f"gid://shopify/Order/{report.reference}"
    order = _order(api, gid)
    if showing.status:
        order = _show_status(api, gid, order, status_of(report))
    if missing := [tag for tag in showing.tags if tag not in (order.get("tags") or ())]:
        api.tell(documents.ADD_TAGS, id=gid, tags=missing)
    if showing.fulfil:
        _fulfil(api, gid, order, report, showing)


def _order(api: ShopifyApi, gid: str) -> Data:
    order = api.ask(documents.SHOWN, id=gid, after=None).get("order")
    if not isinstance(order, Mapping):
        raise ChannelRefused("there is no such order any more")
    return order


def _show_status(api: ShopifyApi, gid: str, order: Data, status: str) -> Data:
    for _ in range(_TRIES):
        shown = mapping(order.get("metafield"))
        if _same(text(shown.get("value")), status):
            return order
        field = {
            "ownerId": gid,
            "namespace": NAMESPACE,
            "key": KEY,
            "type": "json",
            "value": status,
            "compareDigest": shown.get("compareDigest"),
        }
        if api.tell(documents.SET_METAFIELD, tolerated=_OVERTAKEN, metafields=[field]):
            return order
        order = _order(api, gid)
    raise ChannelUnavailable("others write the same at the same time")


def _same(shown: str, status: str) -> bool:
    try:
        return bool(json.loads(shown) == json.loads(status))
    except ValueError:
        return False


def _fulfil(api: ShopifyApi, gid: str, order: Data, report: OrderReport, showing: Showing) -> None:
    """Fulfil what is left of the lines that were issued, place by place, always line by line."""
    issued = {unit.line for unit in report.units if unit.state not in _GONE}
    places: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for one in _fulfilment_orders(api, gid, order):
        actions = {action.get("action") for action in several(one.get("supportedActions"))}
        if one.get("status") not in _STATUSES or "CREATE_FULFILLMENT" not in actions:
            continue
        place = reference(mapping(one.get("assignedLocation")).get("location"))
        for line in _open_lines(api, one):
            ours = reference(line.get("lineItem")) in issued
            digital = line.get("requiresShipping") is not True
            left = line.get("remainingQuantity")
            if ours and (digital or showing.fulfil == "all") and isinstance(left, int) and left > 0:
                places[place].append((str(one["id"]), {"id": line["id"], "quantity": left}))
    for lines in places.values():
        for begin in range(0, len(lines), MOST_LINES):
            wanted = _fulfilment(lines[begin : begin + MOST_LINES], order, report, showing)
            api.tell(documents.FULFIL, fulfillment=wanted)


def _fulfilment(
    lines: list[tuple[str, dict[str, Any]]], order: Data, report: OrderReport, showing: Showing
) -> dict[str, Any]:
    by_order: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fulfilment_order, line in lines:
        by_order[fulfilment_order].append(line)
    wanted: dict[str, Any] = {
        "notifyCustomer": report.claim_url is not None,
        "lineItemsByFulfillmentOrder": [
            {"fulfillmentOrderId": one, "fulfillmentOrderLineItems": of}
            for one, of in by_order.items()
        ],
    }
    if report.claim_url is not None:
        wanted["trackingInfo"] = {
            "company": showing.company or "Counterfoil",
            "number": text(order.get("name")).lstrip("#") or report.reference,
            "url": report.claim_url,
        }
    return wanted


def _fulfilment_orders(api: ShopifyApi, gid: str, order: Data) -> Iterator[Data]:
    page = mapping(order.get("fulfillmentOrders"))
    yield from several(page)
    if after := next_page(page):
        path = ("order", "fulfillmentOrders")
        yield from api.pages(documents.SHOWN, path, id=gid, after=after)


def _open_lines(api: ShopifyApi, fulfilment_order: Data) -> Iterator[Data]:
    page = mapping(fulfilment_order.get("lineItems"))
    yield from several(page)
    if after := next_page(page):
        path = ("fulfillmentOrder", "lineItems")
        yield from api.pages(documents.MORE_TO_FULFIL, path, id=fulfilment_order["id"], after=after)
