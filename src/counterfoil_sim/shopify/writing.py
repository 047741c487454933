"""What can be done: the fields of the schema's ``Mutation``."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from counterfoil_sim.errors import Refused
from counterfoil_sim.shopify.asking import Asked
from counterfoil_sim.shopify.fulfilling import CannotFulfil, fulfil
from counterfoil_sim.shopify.line_views import View
from counterfoil_sim.shopify.notes import CannotNote, Note
from counterfoil_sim.shopify.reading import number_of, subscription_view
from counterfoil_sim.shopify.refunding import refund_create
from counterfoil_sim.shopify.shipping_views import fulfillment_view
from counterfoil_sim.shopify.views import metafield_view, order_view
from counterfoil_sim.world import Obj

_NOT_SIMULATED = ("filter", "metafieldNamespaces", "metafields")
_ADDRESS_LIMIT = 2048


def mutation_root(asked: Asked) -> View:
    """Give everything that can be done; each is refused alike while that is switched on."""
    done: View = {
        "webhookSubscriptionCreate": lambda **given: _subscribe(asked, **given),
        "webhookSubscriptionUpdate": lambda **given: _redirect(asked, **given),
        "webhookSubscriptionDelete": lambda **given: _unsubscribe(asked, **given),
        "fulfillmentCreate": lambda **given: _fulfil(asked, **given),
        "metafieldsSet": lambda **given: _set_metafields(asked, **given),
        "tagsAdd": lambda **given: _add_tags(asked, **given),
        "refundCreate": lambda **given: refund_create(asked, **given),
    }
    if not asked.refuses:
        return done
    return dict.fromkeys(done, lambda **_given: _Refusal())


def user_error(message: str, *field: str, **more: Any) -> View:
    """Give what Shopify says when it understood and will not do it."""
    return {"message": message, "field": list(field) or None, **more}


class _Refusal(dict[str, Any]):
    """An answer of any mutation in which nothing was done."""

    def __missing__(self, name: str) -> Any:
        if name == "userErrors":
            return [user_error("Refused by the simulator.", code=None, elementIndex=None)]
        return None


def _subscribe(asked: Asked, *, topic: str, webhookSubscription: Obj) -> View:  # noqa: N803
    address = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl") or ""
    named = topic.lower().replace("_", "/", 1)
    errors = _address_errors(address, webhookSubscription)
    known = asked.shop.store.subscriptions.values()
    if any(one["by_app"] and (one["topic"], one["uri"]) == (named, address) for one in known):
        taken = "Address for this topic has already been taken"
        errors.append(user_error(taken, "webhookSubscription", "callbackUrl"))
    if errors:
        return {"webhookSubscription": None, "userErrors": errors}
    made = asked.shop.subscribe(
        named,
        address,
        name=webhookSubscription.get("name"),
        fields=webhookSubscription.get("includeFields"),
    )
    return {"webhookSubscription": subscription_view(made), "userErrors": []}


def _redirect(asked: Asked, *, id: str, webhookSubscription: Obj) -> View:  # noqa: A002, N803
    found = asked.shop.store.subscriptions.get(number_of(id, "WebhookSubscription"))
    if found is None or not found["by_app"]:
        missing = user_error("Webhook subscription does not exist", "id")
        return {"webhookSubscription": None, "userErrors": [missing]}
    address = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl")
    if errors := _address_errors(address or found["uri"], webhookSubscription):
        return {"webhookSubscription": None, "userErrors": errors}
    found["uri"] = address or found["uri"]
    found["name"] = webhookSubscription.get("name", found["name"])
    found["fields"] = webhookSubscription.get("includeFields", found["fields"])
    found["updated_at"] = asked.shop.clock()
    return {"webhookSubscription": subscription_view(found), "userErrors": []}


def _unsubscribe(asked: Asked, *, id: str) -> View:  # noqa: A002 - the schema's name
    found = asked.shop.store.subscriptions.get(number_of(id, "WebhookSubscription"))
    if found is None or not found["by_app"]:
        missing = user_error("Webhook subscription does not exist", "id")
        return {"deletedWebhookSubscriptionId": None, "userErrors": [missing]}
    asked.shop.remove_subscription(found["id"])
    return {"deletedWebhookSubscriptionId": found["gid"], "userErrors": []}


def _address_errors(address: str, given: Mapping[str, Any]) -> list[View]:
    errors = [
        user_error(f"Not simulated: {name}", "webhookSubscription", name)
        for name in _NOT_SIMULATED
        if given.get(name)
    ]
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > _ADDRESS_LIMIT:
        errors.append(user_error("Address is invalid", "webhookSubscription", "callbackUrl"))
    return errors


def _fulfil(asked: Asked, *, fulfillment: Obj, message: str | None = None) -> View:
    asked.require("write_merchant_managed_fulfillment_orders")
    wanted: dict[int, dict[int, int] | None] = {}
    for one in fulfillment["lineItemsByFulfillmentOrder"]:
        lines = one.get("fulfillmentOrderLineItems")
        number = int(number_of(one["fulfillmentOrderId"], "FulfillmentOrder") or 0)
        wanted[number] = lines and {
            int(number_of(line["id"], "FulfillmentOrderLineItem") or 0): line["quantity"]
            for line in lines
        }
    try:
        _, made = fulfil(asked.shop, wanted, tracking=fulfillment.get("trackingInfo"))
    except CannotFulfil as error:
        return {"fulfillment": None, "userErrors": [user_error(str(error), "fulfillment")]}
    return {"fulfillment": fulfillment_view(made), "userErrors": []}


def _set_metafields(asked: Asked, *, metafields: Sequence[Obj]) -> View:
    asked.require("write_orders")
    notes = [
        Note(
            order=number_of(one["ownerId"], "Order"),
            namespace=one.get("namespace") or "$app",
            key=one["key"],
            type=one.get("type") or "",
            value=one["value"],
            compares="compareDigest" in one,
            expects=one.get("compareDigest"),
        )
        for one in metafields
    ]
    try:
        made = asked.shop.set_metafields(notes)
    except CannotNote as error:
        field = ("metafields", str(error.index))
        refused = user_error(str(error), *field, code=error.code, elementIndex=error.index)
        return {"metafields": None, "userErrors": [refused]}
    return {"metafields": [metafield_view(one) for one in made], "userErrors": []}


def _add_tags(asked: Asked, *, id: str, tags: Sequence[str]) -> View:  # noqa: A002
    asked.require("write_orders")
    if any(len(tag) > 40 for tag in tags):
        return {"node": None, "userErrors": [user_error("Tag is too long", "tags")]}
    try:
        number = number_of(id, "Order")
        asked.shop.add_tags(number, tags)
    except Refused:
        return {"node": None, "userErrors": [user_error("Node does not exist", "id")]}
    return {"node": order_view(asked.shop.store.order(number), asked), "userErrors": []}
