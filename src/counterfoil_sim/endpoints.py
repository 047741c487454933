"""One function per endpoint: parameters in, the object or list of the answer out."""

from collections.abc import Callable
from typing import Any

from counterfoil_sim import forms
from counterfoil_sim.errors import ApiError, unknown_parameter
from counterfoil_sim.listing import created_within, matching, page
from counterfoil_sim.simulator import Simulator
from counterfoil_sim.store import Obj

Params = dict[str, Any]

_PAGING = {"created", "ending_before", "expand", "limit", "starting_after"}


def one(kind: str) -> Callable[[Simulator, Params, tuple[str, ...]], Obj]:
    """Make the endpoint that gives one object of this kind."""

    def retrieve(simulator: Simulator, params: Params, ids: tuple[str, ...]) -> Obj:
        _only(params, {"expand"})
        return simulator.store.get(kind, ids[0])

    return retrieve


def several(kind: str, *filters: str) -> Callable[[Simulator, Params, tuple[str, ...]], Obj]:
    """Make the endpoint that lists objects of this kind."""

    def listed(simulator: Simulator, params: Params, _ids: tuple[str, ...]) -> Obj:
        _only(params, _PAGING | set(filters))
        found = matching(simulator.store.newest_first(kind), params, *filters)
        return page(created_within(found, params), params, url=f"/v1/{kind}s")

    return listed


def create_session(simulator: Simulator, params: Params, _ids: tuple[str, ...]) -> Obj:
    """Open a checkout session."""
    return simulator.create_session(params)


def list_sessions(simulator: Simulator, params: Params, _ids: tuple[str, ...]) -> Obj:
    """List checkout sessions."""
    filters = ("payment_intent", "status", "payment_link", "subscription", "customer")
    _only(params, _PAGING | {*filters, "customer_details"})
    found = matching(simulator.store.newest_first("session"), params, *filters)
    if email := (params.get("customer_details") or {}).get("email"):
        found = [s for s in found if (s["customer_details"] or {}).get("email") == email]
    return page(created_within(found, params), params, url="/v1/checkout/sessions")


def list_items(simulator: Simulator, params: Params, ids: tuple[str, ...]) -> Obj:
    """List the lines of a session, in their own order."""
    _only(params, _PAGING - {"created"})
    simulator.store.get("session", ids[0])
    items = simulator.store.items.get(ids[0], [])
    return page(items, params, url=f"/v1/checkout/sessions/{ids[0]}/line_items")


def expire_session(simulator: Simulator, params: Params, ids: tuple[str, ...]) -> Obj:
    """Expire an open session."""
    _only(params, {"expand"})
    return simulator.expire(ids[0])


def create_refund(simulator: Simulator, params: Params, _ids: tuple[str, ...]) -> Obj:
    """Refund a payment, named by itself or by its charge."""
    _only(params, {"amount", "charge", "expand", "metadata", "payment_intent", "reason"})
    payment = params.get("payment_intent")
    if payment is None and params.get("charge"):
        payment = simulator.store.get("charge", params["charge"])["payment_intent"]
    if not payment:
        raise ApiError(
            "One of payment_intent or charge is required",
            code="parameter_missing",
            param="payment_intent",
        )
    return simulator.create_refund(
        payment,
        amount=forms.integer(params, "amount"),
        metadata=forms.metadata(params),
        reason=params.get("reason"),
    )


def list_events(simulator: Simulator, params: Params, _ids: tuple[str, ...]) -> Obj:
    """List events, all of them or those that did not arrive."""
    _only(params, _PAGING | {"delivery_success", "type", "types"})
    types = params.get("types") or ([params["type"]] if "type" in params else None)
    if types is not None and len(types) > 20:
        raise ApiError("Up to 20 types", param="types")
    found = simulator.store.newest_first("event")
    if types is not None:
        found = [event for event in found if event["type"] in types]
    wanted = forms.boolean(params, "delivery_success")
    if wanted is not None:
        arrived = simulator.store.delivered
        found = [event for event in found if (event["id"] in arrived) is wanted]
    return page(created_within(found, params), params, url="/v1/events")


def update_webhook_endpoint(simulator: Simulator, params: Params, ids: tuple[str, ...]) -> Obj:
    """Switch an endpoint on or off, or change what it is told."""
    _only(params, {"disabled", "enabled_events", "expand"})
    endpoint = simulator.store.get("webhook_endpoint", ids[0])
    if "enabled_events" in params:
        endpoint["enabled_events"] = params["enabled_events"]
    disabled = forms.boolean(params, "disabled")
    if disabled is not None:
        endpoint["status"] = "disabled" if disabled else "enabled"
    return endpoint


def create_price(simulator: Simulator, params: Params, _ids: tuple[str, ...]) -> Obj:
    """Register a price."""
    return simulator.create_price(params)


def list_prices(simulator: Simulator, params: Params, _ids: tuple[str, ...]) -> Obj:
    """List prices."""
    _only(params, _PAGING | {"active", "currency", "lookup_keys", "product"})
    found = matching(simulator.store.newest_first("price"), params, "currency", "product")
    if keys := params.get("lookup_keys"):
        found = [price for price in found if price["lookup_key"] in keys]
    active = forms.boolean(params, "active")
    if active is not None:
        found = [price for price in found if price["active"] is active]
    return page(created_within(found, params), params, url="/v1/prices")


def create_product(simulator: Simulator, params: Params, _ids: tuple[str, ...]) -> Obj:
    """Register a product."""
    _only(params, {"active", "description", "expand", "metadata", "name"})
    if not params.get("name"):
        raise ApiError("Missing required param: name", code="parameter_missing", param="name")
    return simulator.add_product(params["name"], metadata=forms.metadata(params))


def _only(params: Params, known: set[str]) -> None:
    for name in params:
        if name not in known:
            raise unknown_parameter(name)
