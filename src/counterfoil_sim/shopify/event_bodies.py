"""The bodies of messages about refunds, edits, disputes and the shop."""

from counterfoil_sim.shopify.line_bodies import both, gid, line_body
from counterfoil_sim.shopify.sums import decimal, local
from counterfoil_sim.world import Obj


def refund_body(refund: Obj, order: Obj, shop: Obj) -> Obj:
    """Write a refund, with the lines it takes back and the money that moved, or did not."""
    lines = {line["id"]: line for line in order["lines"]}
    currency = order["currency"]
    return {
        "id": refund["id"],
        "admin_graphql_api_id": gid("Refund", refund["id"]),
        "order_id": order["id"],
        "created_at": local(refund["at"]),
        "processed_at": local(refund["at"]),
        "note": refund["note"] or None,
        "user_id": None,
        "restock": any(one["restock_type"] != "no_restock" for one in refund["lines"]),
        "return": None,
        "duties": [],
        "total_duties_set": both(0, currency),
        "additional_fees": [],
        "total_additional_fees_set": both(0, currency),
        "refund_shipping_lines": [],
        "order_adjustments": _adjustments(refund, order),
        "refund_line_items": [
            {
                "id": one["id"],
                "line_item_id": one["line_id"],
                "location_id": None,
                "quantity": one["quantity"],
                "restock_type": one["restock_type"],
                "subtotal": one["subtotal"] / 100,
                "subtotal_set": both(one["subtotal"], currency),
                "total_tax": 0.0,
                "total_tax_set": both(0, currency),
                "line_item": line_body(lines[one["line_id"]], order, shop),
            }
            for one in refund["lines"]
        ],
        "transactions": [
            transaction_body(one, order)
            for one in order["transactions"]
            if one["id"] in refund["transactions"]
        ],
    }


def transaction_body(transaction: Obj, order: Obj) -> Obj:
    """Write a movement of money."""
    return {
        "id": transaction["id"],
        "admin_graphql_api_id": gid("OrderTransaction", transaction["id"]),
        "order_id": order["id"],
        "kind": transaction["kind"],
        "status": transaction["status"],
        "gateway": order["gateway"],
        "amount": decimal(transaction["amount"]),
        "currency": order["currency"],
        "created_at": local(transaction["at"]),
        "processed_at": local(transaction["at"]),
        "parent_id": transaction["parent_id"],
        "test": order["test"],
        "error_code": None,
        "message": None,
        "authorization": None,
        "manual_payment_gateway": False,
        "payment_id": f"c{order['id'] + 1}.1",
        "source_name": "web",
        "user_id": None,
        "receipt": {},
    }


def edit_body(edit: Obj, order: Obj) -> Obj:
    """Write what an edit changed: a summary, and not the order."""
    return {
        "order_edit": {
            "id": edit["id"],
            "app_id": None,
            "created_at": local(order["updated_at"]),
            "notify_customer": False,
            "order_id": order["id"],
            "reason": None,
            "staff_note": "",
            "user_id": None,
            "line_items": {"additions": edit["additions"], "removals": edit["removals"]},
            "discounts": {"line_item": {"additions": [], "removals": []}},
        }
    }


def dispute_body(dispute: Obj, order: Obj) -> Obj:
    """Write a dispute."""
    return {
        "id": dispute["id"],
        "order_id": order["id"],
        "type": dispute["kind"],
        "amount": decimal(dispute["amount"]),
        "currency": order["currency"],
        "reason": "fraudulent",
        "network_reason_code": "4827",
        "status": dispute["status"],
        "evidence_due_by": local(dispute["at"] + 14 * 86400),
        "evidence_sent_on": None,
        "finalized_on": local(dispute["finalized_at"]),
        "initiated_at": local(dispute["at"]),
    }


def shop_body(shop: Obj) -> Obj:
    """Write the shop."""
    return {
        "id": shop["id"],
        "name": shop["name"],
        "email": shop["email"],
        "domain": shop["domain"],
        "myshopify_domain": shop["domain"],
        "currency": shop["currency"],
        "iana_timezone": shop["zone"],
        "plan_name": "partner_test",
        "shop_owner": "Nobody in particular",
    }


def _adjustments(refund: Obj, order: Obj) -> list[Obj]:
    if not refund["favour"]:
        return []
    return [
        {
            "id": refund["id"] + 1,
            "order_id": order["id"],
            "refund_id": refund["id"],
            "kind": "refund_discrepancy",
            "reason": "Refund discrepancy",
            "amount": decimal(-refund["favour"]),
            "amount_set": both(-refund["favour"], order["currency"]),
            "tax_amount": decimal(0),
            "tax_amount_set": both(0, order["currency"]),
        }
    ]
