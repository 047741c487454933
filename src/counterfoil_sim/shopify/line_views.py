"""Amounts, lines and movements of money, field by field as the API names them."""

from typing import Any

from counterfoil_sim.shopify.line_bodies import gid
from counterfoil_sim.shopify.sums import current, decimal, kept, unfulfilled, utc
from counterfoil_sim.world import Obj

View = dict[str, Any]


def money(amount: int, order: Obj) -> View:
    """Give an amount in the currency of an order."""
    one = {"amount": decimal(amount), "currencyCode": order["currency"]}
    return {"shopMoney": one, "presentmentMoney": one}


def line_view(line: Obj, order: Obj) -> View:
    """Give one line."""
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", line["id"]),
        "sku": line["sku"],
        "name": line["title"],
        "title": line["title"],
        "variantTitle": None,
        "quantity": line["quantity"],
        "currentQuantity": current(line),
        "refundableQuantity": current(line),
        "unfulfilledQuantity": unfulfilled(line),
        "fulfillableQuantity": 0 if order["cancelled_at"] else unfulfilled(line),
        "nonFulfillableQuantity": line["quantity"] - current(line),
        "requiresShipping": line["requires_shipping"],
        "isGiftCard": False,
        "taxable": False,
        "customAttributes": attributes(line["properties"]),
        "variant": {"id": gid("ProductVariant", line["variant_id"]), "sku": line["sku"]},
        "product": {"id": gid("Product", line["product_id"]), "title": line["title"]},
        "originalUnitPriceSet": money(line["price"], order),
        "originalTotalSet": money(line["price"] * line["quantity"], order),
        "discountedUnitPriceSet": money(line["price"], order),
        "discountedTotalSet": lambda **_: money(line["price"] * line["quantity"], order),
        "totalDiscountSet": money(0, order),
        "discountAllocations": [],
        "taxLines": lambda **_: [],
    }


def transaction_view(transaction: Obj, order: Obj) -> View:
    """Give a movement of money."""
    is_payment = transaction["kind"] in ("sale", "capture") and transaction["status"] == "success"
    left = {"amount": decimal(kept(order)), "currencyCode": order["currency"]}
    return {
        "__typename": "OrderTransaction",
        "id": gid("OrderTransaction", transaction["id"]),
        "kind": transaction["kind"].upper(),
        "status": transaction["status"].upper(),
        "gateway": order["gateway"],
        "test": order["test"],
        "createdAt": utc(transaction["at"]),
        "processedAt": utc(transaction["at"]),
        "amountSet": money(transaction["amount"], order),
        "maximumRefundableV2": left if is_payment else None,
        "parentTransaction": None,
    }


def attributes(given: dict[str, str]) -> list[View]:
    """Give what the buyer said."""
    return [{"key": key, "value": value} for key, value in given.items()]
