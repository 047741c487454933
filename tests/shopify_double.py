# ruff: noqa: A002, N802, N803 - the names are Shopify's
"""
A Shopify shop on a port of its own: the Admin API, executed against Shopify's schema.

The complete schema is used where it lies beside the project, else the part of it that we ask for.
"""

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_client_schema,
    build_schema,
    graphql_sync,
)

from tests.shopify_orders import Order, gid, now_text

ROOT = Path(__file__).parents[1]
COMPLETE = ROOT.parent / "shared/channel-data/shopify/schema/admin_2026-10.json.gz"
PART = ROOT / "tests/channels/payloads/shopify/schema.graphql"
SHOP = "kennel-club.myshopify.com"
TOKEN = "shpat_made_up"

Fault = Callable[[], tuple[int, dict[str, str], bytes]]


@cache
def schema() -> GraphQLSchema:
    """Give the schema to execute."""
    if COMPLETE.exists():
        return build_client_schema(
            json.loads(gzip.decompress(COMPLETE.read_bytes()))["data"], assume_valid=True
        )
    return build_schema(PART.read_text(), assume_valid=True)


def fault(status: int, body: Any = b"", **headers: str) -> Fault:
    """Give an answer that is no answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: (status, named, raw)


@dataclass
class ShopDouble:
    """What the shop knows, what it was asked, and what goes wrong next."""

    orders: dict[int, Order] = field(default_factory=dict)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    metafields: dict[str, str] = field(default_factory=dict)
    fulfilments: list[dict[str, Any]] = field(default_factory=list)
    idempotency: dict[str, str] = field(default_factory=dict)
    scopes: list[str] = field(
        default_factory=lambda: [
            "read_all_orders",
            "read_customers",
            "read_shopify_payments_disputes",
            "write_merchant_managed_fulfillment_orders",
            "write_orders",
        ]
    )
    denied: set[str] = field(default_factory=set)
    refusals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    before: Callable[[str], None] | None = None
    token: str = TOKEN
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, order: Order) -> Order:
        """Let the shop have an order."""
        self.orders[order.number] = order
        return order

    def answer(self, token: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Answer one question."""
        with self.lock:
            if self.faults:
                return self.faults.pop(0)()
            if token != self.token:
                return 401, {}, b'{"errors":"[API] Invalid API key or access token"}'
            asked = json.loads(body)
            name = asked["query"].split("(")[0].split("{")[0].split()[-1]
            self.asked.append((name, asked["variables"]))
            if self.before is not None:
                self.before(name)
            result = graphql_sync(
                schema(),
                asked["query"],
                root_value={},
                variable_values=asked["variables"],
                field_resolver=self._resolve,
            )
            found: dict[str, Any] = {"data": result.data}
            if result.errors:
                found["errors"] = [error.formatted for error in result.errors]
            return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()

    def names(self) -> list[str]:
        """Give the names of the questions that were asked."""
        return [name for name, _ in self.asked]

    def _resolve(self, source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        if info.field_name in self.denied:
            raise GraphQLError("Access denied", extensions={"code": "ACCESS_DENIED"})
        if info.parent_type.name in ("QueryRoot", "Mutation"):
            found = getattr(self, f"_{info.field_name}")(info, **given)
        else:
            found = source.get(info.field_name) if isinstance(source, Mapping) else None
            if callable(found):
                found = found(**given)
        return _paged(found, info, given)

    def _order(self, info: GraphQLResolveInfo, id: str) -> Any:
        del info
        order = self.orders.get(int(id.rsplit("/", 1)[1]))
        if order is None or order.is_deleted:
            return None
        value = self.metafields.get(id)
        shown = value and {"key": "counterfoil", "value": value, "compareDigest": _digest(value)}
        return {**order.shown(), "metafield": lambda **_: shown or None}

    def _refund(self, info: GraphQLResolveInfo, id: str) -> Any:
        del info
        known = {one["id"]: one for order in self.orders.values() for one in order.refunds}
        return known.get(id)

    def _dispute(self, info: GraphQLResolveInfo, id: str) -> Any:
        del info
        known = {one["id"]: one for order in self.orders.values() for one in order.disputes}
        return known.get(id)

    def _fulfillmentOrder(self, info: GraphQLResolveInfo, id: str) -> Any:
        del info
        known = [one for order in self.orders.values() for one in order.to_fulfil()]
        return next((one for one in known if one["id"] == id), None)

    def _orders(self, info: GraphQLResolveInfo, query: str = "", **_: Any) -> Any:
        del info
        since = query.partition(">='")[2].rstrip("'")
        changed = [one for one in self.orders.values() if one.updated_at >= since]
        return [one.shown() for one in sorted(changed, key=lambda one: one.updated_at)]

    def _shop(self, info: GraphQLResolveInfo) -> Any:
        del info
        return {"id": gid("Shop", 548380009), "myshopifyDomain": SHOP}

    def _currentAppInstallation(self, info: GraphQLResolveInfo) -> Any:
        del info
        return {"accessScopes": [{"handle": one} for one in self.scopes]}

    def _webhookSubscriptions(self, info: GraphQLResolveInfo, **_: Any) -> Any:
        del info
        return list(self.subscriptions)

    def _webhookSubscriptionCreate(
        self,
        info: GraphQLResolveInfo,
        topic: str,
        webhookSubscription: Any,
    ) -> Any:
        if errors := self.refusals.get(topic) or self._refused(info):
            return {"webhookSubscription": None, "userErrors": errors}
        number = len(self.subscriptions) + 1
        made = {"id": gid("WebhookSubscription", number), "topic": topic, **webhookSubscription}
        self.subscriptions.append(made)
        return {"webhookSubscription": made, "userErrors": []}

    def _webhookSubscriptionUpdate(
        self,
        info: GraphQLResolveInfo,
        id: str,
        webhookSubscription: Any,
    ) -> Any:
        [known] = [one for one in self.subscriptions if one["id"] == id]
        known.update(webhookSubscription)
        return {"webhookSubscription": known, "userErrors": self._refused(info)}

    def _metafieldsSet(self, info: GraphQLResolveInfo, metafields: Any) -> Any:
        if errors := self._refused(info):
            return {"metafields": None, "userErrors": errors}
        [given] = metafields
        old = self.metafields.get(given["ownerId"])
        if given.get("compareDigest") != (_digest(old) if old else None):
            said = {"field": None, "message": "stale", "code": "INVALID_COMPARE_DIGEST"}
            return {"metafields": None, "userErrors": [said]}
        self.metafields[given["ownerId"]] = given["value"]
        shown = {"key": given["key"], "compareDigest": _digest(given["value"])}
        return {"metafields": [shown], "userErrors": []}

    def _fulfillmentCreate(self, info: GraphQLResolveInfo, fulfillment: Any) -> Any:
        if errors := self._refused(info):
            return {"fulfillment": None, "userErrors": errors}
        self.fulfilments.append(fulfillment)
        for part in fulfillment["lineItemsByFulfillmentOrder"]:
            for line in part["fulfillmentOrderLineItems"]:
                for order in self.orders.values():
                    order.fulfil(line["id"], line["quantity"])
        return {"fulfillment": {"id": gid("Fulfillment", 1), "status": "SUCCESS"}, "userErrors": []}

    def _tagsAdd(self, info: GraphQLResolveInfo, id: str, tags: list[str]) -> Any:
        self.orders[int(id.rsplit("/", 1)[1])].tags += tags
        return {"node": None, "userErrors": self._refused(info)}

    def _refundCreate(self, info: GraphQLResolveInfo, input: Any) -> Any:
        if errors := self._refused(info):
            return {"refund": None, "userErrors": errors}
        key = self.asked[-1][1]["key"]
        if key not in self.idempotency:
            order = self.orders[int(input["orderId"].rsplit("/", 1)[1])]
            lines = {
                int(one["lineItemId"].rsplit("/", 1)[1]): one["quantity"]
                for one in input.get("refundLineItems") or ()
            }
            amount = sum((float(one["amount"]) for one in input["transactions"]), 0.0)
            made = order.refund(lines, amount=f"{amount:.2f}", note=input.get("note") or "")
            self.idempotency[key] = made["id"]
        return {"refund": {"id": self.idempotency[key]}, "userErrors": []}

    def _refused(self, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        listed = self.refusals.get(info.field_name) or []
        return [listed.pop(0)] if listed else []


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _paged(found: Any, info: GraphQLResolveInfo, given: Mapping[str, Any]) -> Any:
    if not isinstance(found, list):
        return found
    if not str(info.return_type).rstrip("!").endswith("Connection"):
        return found[: given["first"]] if "first" in given else found
    begin = int(given.get("after") or 0)
    end = begin + given["first"]
    page = {"hasNextPage": end < len(found), "endCursor": str(end)}
    return {"nodes": found[begin:end], "pageInfo": page}


class ShopServer:
    """The shop, listening on the loopback."""

    def __init__(self, shop: ShopDouble) -> None:
        """Take a port that is free."""

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                token = self.headers.get("X-Shopify-Access-Token") or ""
                status, headers, answer = shop.answer(token, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Hang up."""
        self._server.shutdown()
        self._server.server_close()


__all__ = ["SHOP", "TOKEN", "ShopDouble", "ShopServer", "fault", "now_text", "schema"]
