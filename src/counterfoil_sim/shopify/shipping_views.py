"""Fulfilment orders and fulfilments, field by field as the API names them."""

from counterfoil_sim.shopify.fulfilling import actions, line_number
from counterfoil_sim.shopify.line_bodies import gid
from counterfoil_sim.shopify.line_views import View
from counterfoil_sim.shopify.paging import connection
from counterfoil_sim.shopify.sums import unfulfilled, utc
from counterfoil_sim.world import Obj


def fulfillment_order_view(fulfillment_order: Obj, order: Obj) -> View:
    """Give a fulfilment order."""
    location = {"id": gid("Location", fulfillment_order["location"]), "name": "Shop"}

    def line(one: Obj) -> View:
        return {
            "__typename": "FulfillmentOrderLineItem",
            "id": gid("FulfillmentOrderLineItem", line_number(one)),
            "totalQuantity": one["quantity"],
            "remainingQuantity": 0 if order["cancelled_at"] else unfulfilled(one),
            "requiresShipping": one["requires_shipping"],
            "sku": one["sku"],
            "productTitle": one["title"],
            "lineItem": {
                "__typename": "LineItem",
                "id": gid("LineItem", one["id"]),
                "sku": one["sku"],
                "quantity": one["quantity"],
            },
        }

    return {
        "__typename": "FulfillmentOrder",
        "id": gid("FulfillmentOrder", fulfillment_order["id"]),
        "status": fulfillment_order["status"],
        "requestStatus": "UNSUBMITTED",
        "orderId": gid("Order", order["id"]),
        "orderName": f"#{order['number']}",
        "createdAt": utc(order["created_at"]),
        "updatedAt": utc(order["updated_at"]),
        "assignedLocation": {"name": "Shop", "location": location},
        "supportedActions": [
            {"action": action, "externalUrl": None} for action in actions(fulfillment_order)
        ],
        "lineItems": lambda **page: connection(fulfillment_order["lines"], line, **page),
    }


def fulfillment_view(fulfillment: Obj) -> View:
    """Give a fulfilment."""
    told = fulfillment["tracking"]
    tracking = [{name: told.get(name) for name in ("company", "number", "url")}] if told else []
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", fulfillment["id"]),
        "legacyResourceId": str(fulfillment["id"]),
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "createdAt": utc(fulfillment["at"]),
        "updatedAt": utc(fulfillment["at"]),
        "totalQuantity": sum(fulfillment["lines"].values()),
        "trackingInfo": lambda first=None: tracking[:first],
    }
