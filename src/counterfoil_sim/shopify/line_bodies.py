"""How the older REST resources write ids, amounts and lines."""

from counterfoil_sim.shopify.sums import current, decimal, line_fulfillment, unfulfilled
from counterfoil_sim.world import Obj


def gid(kind: str, number: object) -> str:
    """Write an id as the API does."""
    return f"gid://shopify/{kind}/{number}"


def line_body(line: Obj, order: Obj, shop: Obj) -> Obj:
    """Write one line of an order."""
    return {
        "id": line["id"],
        "admin_graphql_api_id": gid("LineItem", line["id"]),
        "attributed_staffs": [],
        "current_quantity": current(line),
        "fulfillable_quantity": 0 if order["cancelled_at"] else unfulfilled(line),
        "fulfillment_service": "manual",
        "fulfillment_status": line_fulfillment(line),
        "gift_card": False,
        "grams": 0,
        "name": line["title"],
        **money("price", line["price"], order["currency"]),
        "product_exists": True,
        "product_id": line["product_id"],
        "properties": pairs(line["properties"]),
        "quantity": line["quantity"],
        "requires_shipping": line["requires_shipping"],
        "sku": line["sku"],
        "taxable": False,
        "title": line["title"],
        **money("total_discount", 0, order["currency"]),
        "variant_id": line["variant_id"],
        "variant_inventory_management": None,
        "variant_title": None,
        "vendor": shop["name"],
        "tax_lines": [],
        "duties": [],
        "discount_allocations": [],
    }


def both(amount: int, currency: str) -> Obj:
    """Write an amount in the shop's and in the buyer's currency, which here are the same."""
    one = {"amount": decimal(amount), "currency_code": currency}
    return {"shop_money": one, "presentment_money": dict(one)}


def money(name: str, amount: int, currency: str) -> Obj:
    """Write an amount under a name, and as a set beside it."""
    return {name: decimal(amount), f"{name}_set": both(amount, currency)}


def pairs(attributes: dict[str, str]) -> list[Obj]:
    """Write what the buyer said."""
    return [{"name": name, "value": value} for name, value in attributes.items()]
