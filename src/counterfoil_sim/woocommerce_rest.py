"""The part of ``/wp-json/wc/v3`` that an integration uses."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl

from counterfoil_sim import woocommerce_objects as objects
from counterfoil_sim.errors import Refused
from counterfoil_sim.responses import Request, Response, as_json
from counterfoil_sim.woocommerce_gate import Wrong, authorise, refusal, troubled
from counterfoil_sim.woocommerce_world import WooCommerceSite
from counterfoil_sim.world import Obj

ROOT = "/wp-json/wc/v3/"
Query = dict[str, str]


def respond(site: WooCommerceSite, request: Request) -> Response:
    """Answer a request to the API."""
    if site.trouble and (answer := troubled(site.trouble)):
        return answer
    try:
        authorise(site, request)
        with site.changing():
            return _answer(site, request)
    except Wrong as wrong:
        return refusal(wrong.code, str(wrong), wrong.status)
    except Refused as refused:
        is_refund = request.path.endswith("/refunds")
        code = "cannot_create_order_refund" if is_refund else "shop_order_invalid_id"
        return refusal(f"woocommerce_rest_{code}", str(refused), refused.status)


def _answer(site: WooCommerceSite, request: Request) -> Response:
    path, query = request.path.removeprefix(ROOT), dict(parse_qsl(request.query))
    for method, pattern, endpoint in _ROUTES:
        found = re.fullmatch(pattern, path)
        if found is not None and method == request.method:
            return endpoint(site, query, request.body, *found.groups())
    raise Wrong("rest_no_route", "No route was found matching the URL and request method.", 404)


def _list_orders(site: WooCommerceSite, query: Query, _body: str) -> Response:
    found = list(site.store.orders.values())
    status = query.get("status", "any")
    found = [
        order
        for order in found
        if (order["status"] != "trash" if status == "any" else order["status"] == status)
    ]
    if after := query.get("modified_after"):
        zone = 0 if query.get("dates_are_gmt") == "true" else objects.SITE_AHEAD
        moment = datetime.fromisoformat(after).replace(tzinfo=UTC).timestamp() - zone
        found = [order for order in found if order["date_modified"] > moment]
    found.sort(key=lambda order: int(order["id"]), reverse=query.get("order") != "asc")
    if query.get("_fields") == "id":
        return _paged([{"id": order["id"]} for order in found], query)
    return _paged([_written(site, order, query) for order in found], query)


def _read_order(site: WooCommerceSite, query: Query, _body: str, reference: str) -> Response:
    if recorded := site.store.recorded.get(reference):
        return as_json(recorded)
    return as_json(_written(site, site.order(reference), query))


def _change_order(site: WooCommerceSite, query: Query, body: str, reference: str) -> Response:
    order, wanted = site.order(reference), _object(body)
    site.set_meta(order, {entry["key"]: entry["value"] for entry in wanted.get("meta_data", [])})
    if "status" in wanted:
        site.set_status(order["id"], str(wanted["status"]))
    else:
        site.touch(order)
    return as_json(_written(site, order, query))


def _create_order(site: WooCommerceSite, query: Query, body: str) -> Response:
    wanted = _object(body)
    order = site.place(
        wanted.get("line_items", []),
        email=str(wanted.get("billing", {}).get("email", "")),
        status="processing" if wanted.get("set_paid") else wanted.get("status", "pending"),
        meta={entry["key"]: entry["value"] for entry in wanted.get("meta_data", [])},
    )
    return as_json(_written(site, order, query), status=201)


def _list_refunds(site: WooCommerceSite, query: Query, _body: str, reference: str) -> Response:
    if reference in site.store.recorded:
        return _paged(site.store.recorded_refunds.get(reference, []), query)
    site.order(reference)
    decimals = _decimals(site, query)
    known = reversed(site.store.refunds.get(reference, []))
    return _paged([objects.written_refund(one, decimals=decimals) for one in known], query)


def _create_refund(site: WooCommerceSite, query: Query, body: str, reference: str) -> Response:
    order, wanted = site.order(reference), _object(body)
    items = [_refunded_item(order, given) for given in wanted.get("line_items", [])]
    try:
        amount = Decimal(str(wanted["amount"]))
    except (KeyError, InvalidOperation):
        raise Wrong("rest_invalid_param", "Invalid parameter(s): amount", 400) from None
    reason = str(wanted.get("reason") or "")
    refund = site.make_refund(order, amount=amount, items=items, reason=reason)
    site.set_meta(refund, {one["key"]: one["value"] for one in wanted.get("meta_data", [])})
    written = objects.written_refund(refund, decimals=_decimals(site, query))
    return as_json(written, status=201)


def _refunded_item(order: Obj, given: Obj) -> Obj:
    item = objects.item_of(order, int(given["id"]))
    share = objects.share_of(item, int(given.get("quantity", 0)))
    taxes = sum(Decimal(str(tax["refund_total"])) for tax in given.get("refund_tax", []))
    total = Decimal(str(given.get("refund_total", 0)))
    return share | {"total": str(-total), "total_tax": str(-taxes)}


def _list_notes(site: WooCommerceSite, _query: Query, _body: str, reference: str) -> Response:
    site.order(reference)
    return as_json(list(reversed(site.store.notes.get(reference, []))))


def _create_note(site: WooCommerceSite, _query: Query, body: str, reference: str) -> Response:
    site.order(reference)
    note = {"id": site.store.number(), "note": "", "customer_note": False} | _object(body)
    site.store.notes.setdefault(reference, []).append(note)
    return as_json(note, status=201)


def _list_webhooks(site: WooCommerceSite, query: Query, _body: str) -> Response:
    hooks = site.store.webhooks.values()
    return _paged([objects.written_webhook(hook) for hook in hooks], query)


def _create_webhook(site: WooCommerceSite, _query: Query, body: str) -> Response:
    wanted = _object(body)
    hook = site.add_webhook(
        topic=str(wanted["topic"]),
        url=str(wanted["delivery_url"]),
        secret=str(wanted.get("secret", "")),
        name=str(wanted.get("name", "")),
    )
    return as_json(objects.written_webhook(hook), status=201)


def _change_webhook(site: WooCommerceSite, _query: Query, body: str, reference: str) -> Response:
    hook = site.store.webhooks.get(reference)
    if hook is None:
        raise Wrong("woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.", 404)
    known = ("name", "status", "topic", "delivery_url", "secret")
    hook |= {key: value for key, value in _object(body).items() if key in known}
    hook["failures"] = 0
    site.knock(hook)
    return as_json(objects.written_webhook(hook))


def _written(site: WooCommerceSite, order: Obj, query: Query) -> Obj:
    refunds = site.store.refunds.get(str(order["id"]), [])
    return objects.written_order(order, refunds=refunds, decimals=_decimals(site, query))


def _decimals(site: WooCommerceSite, query: Query) -> int:
    return int(query.get("dp", site.decimals))


def _paged(rows: list[Any], query: Query) -> Response:
    size, page = min(int(query.get("per_page", 10)), 100), int(query.get("page", 1))
    pages = -(-len(rows) // size)
    shown = rows[(page - 1) * size : page * size]
    return as_json(shown, X_WP_Total=str(len(rows)), X_WP_TotalPages=str(pages))


def _object(body: str) -> Obj:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Wrong("rest_invalid_json", "Invalid JSON body passed.", 400)
    return found


_ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", r"orders", _list_orders),
    ("POST", r"orders", _create_order),
    ("GET", r"orders/(\d+)", _read_order),
    ("PUT", r"orders/(\d+)", _change_order),
    ("GET", r"orders/(\d+)/refunds", _list_refunds),
    ("POST", r"orders/(\d+)/refunds", _create_refund),
    ("GET", r"orders/(\d+)/notes", _list_notes),
    ("POST", r"orders/(\d+)/notes", _create_note),
    ("GET", r"webhooks", _list_webhooks),
    ("POST", r"webhooks", _create_webhook),
    ("PUT", r"webhooks/(\d+)", _change_webhook),
)
