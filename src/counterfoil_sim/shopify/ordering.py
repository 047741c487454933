"""Orders: placed, paid now or later or only reserved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from counterfoil_sim.errors import Refused
from counterfoil_sim.shopify.base import Base
from counterfoil_sim.shopify.sums import financial_status, original_total, outstanding, succeeded
from counterfoil_sim.world import Obj

Payment = Literal["paid", "pending", "authorized"]

_QUANTITY_LIMIT = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Some units of a variant, by its SKU or id, and what the buyer said about them."""

    sku: str
    quantity: int = 1
    properties: Mapping[str, str] = field(default_factory=dict)


class Ordering(Base):
    """What buyers do."""

    def sell(
        self,
        sku: str,
        title: str,
        price: int,
        *,
        description: str = "",
        requires_shipping: bool = False,
    ) -> Obj:
        """Put something on sale, or change what it is called and costs; the price is in cents."""
        with self.changing() as store:
            known = next((one for one in store.variants.values() if one["sku"] == sku), None)
            variant = known or {"id": store.new_id(), "product_id": store.new_id(), "sku": sku}
            variant |= {
                "title": title,
                "price": price,
                "description": description,
                "requires_shipping": requires_shipping,
            }
            store.variants[str(variant["id"])] = variant
            return variant

    def place_order(
        self,
        lines: Mapping[str, int] | Iterable[Wanted],
        *,
        payment: Payment = "paid",
        email: str | None = "ann@example.com",
        buyer: str = "Ann Buyer",
        attributes: Mapping[str, str] | None = None,
        note: str = "",
        test: bool = True,
        locale: str | None = "en",
    ) -> Obj:
        """
        Order something, as ``{"SKU": quantity}`` or with what the buyer says about each line.

        ``attributes`` are what the buyer says about the whole cart. Without an ``email`` the order
        is one of somebody at a till.

        :raises Refused: if the shop does not sell it.
        """
        if isinstance(lines, Mapping):
            lines = [Wanted(sku=sku, quantity=quantity) for sku, quantity in lines.items()]
        with self.changing() as store:
            order: Obj = {
                "id": store.new_id(),
                "number": 1001 + len(store.orders),
                "customer_id": store.new_id(),
                "created_at": self.clock(),
                "updated_at": self.clock(),
                "cancelled_at": None,
                "cancel_reason": None,
                "email": email or None,
                "buyer": buyer,
                "shows_buyer": bool(self.app["sees_buyers"]),
                "locale": locale,
                "currency": self.identity["currency"],
                "gateway": "bogus" if test else "shopify_payments",
                "test": test,
                "note": note,
                "attributes": dict(attributes or {}),
                "tags": [],
                "lines": [self._line(one) for one in lines],
                "transactions": [],
                "refunds": [],
                "fulfillments": [],
                "fulfillment_orders": {},
                "disputes": [],
            }
            if not order["lines"]:
                raise Refused("An empty cart cannot be ordered.")
            store.orders[str(order["id"])] = order
            if payment != "pending":
                kind = "sale" if payment == "paid" else "authorization"
                self._record(order, kind, original_total(order))
            is_paid = financial_status(order) == "paid"
            self.tell(order, "orders/create", *(("orders/paid",) if is_paid else ()))
            return self.seen(order)

    def pay(self, reference: int | str) -> Obj:
        """
        Mark an order as paid: capture what was reserved, or take what is still to be paid.

        :raises Refused: if nothing is to be paid.
        """
        with self.changing() as store:
            order = store.order(reference)
            if order["cancelled_at"]:
                raise Refused("This order is cancelled.")
            amount = outstanding(order)
            if not amount:
                raise Refused("Nothing is left to be paid.")
            reserved = succeeded(order["transactions"], ("authorization",))
            self._record(
                order,
                "capture" if reserved and financial_status(order) == "authorized" else "sale",
                amount,
                parent=reserved[0]["id"] if reserved else None,
            )
            self.tell(self.touch(order), "orders/paid", "orders/updated")
            return self.seen(order)

    def pay_part(self, reference: int | str, amount: int) -> Obj:
        """
        Take a part of what is to be paid.

        :raises Refused: if it is not a part of it.
        """
        with self.changing() as store:
            order = store.order(reference)
            if not 0 < amount < outstanding(order):
                raise Refused("That is not a part of what is still to be paid.")
            self._record(order, "sale", amount)
            self.tell(self.touch(order), "orders/updated")
            return self.seen(order)

    def fail_payment(self, reference: int | str) -> Obj:
        """Let an attempt to pay fail; nothing else happens."""
        with self.changing() as store:
            order = store.order(reference)
            self._record(order, "sale", outstanding(order), status="failure")
            self.tell(self.touch(order), "orders/updated")
            return self.seen(order)

    def _line(self, wanted: Wanted) -> Obj:
        variant = self.store.variant(wanted.sku)
        if not 0 < wanted.quantity <= _QUANTITY_LIMIT:
            raise Refused("At least one unit, and no more than a million.")
        return {
            "id": self.store.new_id(),
            "variant_id": variant["id"],
            "product_id": variant["product_id"],
            "sku": variant["sku"],
            "title": variant["title"],
            "price": variant["price"],
            "requires_shipping": variant["requires_shipping"],
            "properties": dict(wanted.properties),
            "quantity": wanted.quantity,
            "removed": 0,
            "refunded": 0,
            "fulfilled": 0,
        }

    def _record(
        self,
        order: Obj,
        kind: str,
        amount: int,
        *,
        parent: int | None = None,
        status: str = "success",
    ) -> Obj:
        transaction: Obj = {
            "id": self.store.new_id(),
            "kind": kind,
            "status": status,
            "amount": amount,
            "at": self.clock(),
            "parent_id": parent,
        }
        order["transactions"].append(transaction)
        return transaction
