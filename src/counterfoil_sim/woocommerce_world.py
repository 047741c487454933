"""The simulated WooCommerce site: what it remembers, and everything that can happen in it."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from counterfoil_sim import woocommerce_objects as objects
from counterfoil_sim.errors import Refused
from counterfoil_sim.woocommerce_store import WooMemory
from counterfoil_sim.world import Obj, World

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
PAID = ("processing", "completed")


class WooCommerceSite(World[WooMemory]):
    """
    A WooCommerce site and its staff.

    Each act changes the state and queues what the site's webhooks send about it. Site time is two
    hours ahead of Greenwich, so that nobody mistakes one for the other unnoticed.
    """

    def __init__(
        self,
        *,
        key: str = "ck_simulated",
        secret: str = "cs_simulated",  # noqa: S107 - of a simulator
        currency: str = "USD",
        decimals: int = 2,
        base_url: str = "http://127.0.0.1:12113",
        clock: Callable[[], float] = time.time,
        state: Path | None = None,
        salt: str | None = None,
    ) -> None:
        """Begin with what the state file holds, or with nothing."""
        super().__init__(WooMemory(path=state, salt=salt), base_url=base_url, clock=clock)
        self.key, self.secret = key, secret
        self.may_write = True
        self.currency, self.decimals = currency, decimals
        self.trouble = ""

    def place(
        self,
        items: Iterable[Mapping[str, object]],
        *,
        email: str = "ann.buyer@example.com",
        status: str = "pending",
        shipping: str = "0",
        tax_percent: str = "0",
        meta: Mapping[str, object] | None = None,
    ) -> Obj:
        """Place an order; an item has ``name``, ``price``, ``quantity``, and ids as it likes."""
        with self.changing() as store:
            order = objects.new_order(
                store.number(),
                key=secrets.token_hex(6),
                currency=self.currency,
                status="pending",
                email=email,
                at=self.now(),
            )
            order["meta_data"] = self._meta(meta or {})
            order["shipping_total"] = shipping
            for item in items:
                order["line_items"].append(
                    objects.new_item(store.number(), item, tax=Decimal(tax_percent))
                    | {"meta_data": self._meta(item.get("meta") or {})}  # type: ignore[arg-type]
                )
            objects.add_up(order)
            store.orders[str(order["id"])] = order
            self._tell("order.created", order)
            if status != "pending":
                self.set_status(order["id"], status)
            return order

    def set_status(self, reference: int, status: str) -> Obj:
        """Give an order another status, with whatever WooCommerce does about that."""
        with self.changing():
            order = self.order(reference)
            order["status"] = status
            if status in PAID and order["date_paid"] is None:
                order["date_paid"] = self.now()
            self._changed(order)
            left = Decimal(order["total"]) - self.refunded(reference)
            if status == "refunded" and left > 0:
                self._refund(order, amount=left, items=[], reason="Order fully refunded.")
            return order

    def pay(self, reference: int) -> Obj:
        """Let the buyer pay."""
        return self.set_status(reference, "processing")

    def cancel(self, reference: int) -> Obj:
        """Cancel an order."""
        return self.set_status(reference, "cancelled")

    def edit(self, reference: int, *, item: int, quantity: int) -> Obj:
        """Change how many of an item are in an order; none removes the item."""
        with self.changing():
            order = self.order(reference)
            line = objects.item_of(order, item)
            if quantity <= 0:
                order["line_items"].remove(line)
            else:
                objects.set_quantity(line, quantity)
            objects.add_up(order)
            return self._changed(order)

    def trash(self, reference: int) -> Obj:
        """Put an order into the trash."""
        with self.changing():
            order = self.order(reference)
            order["before_trash"] = order["before_trash"] or order["status"]
            order["status"] = "trash"
            order["date_modified"] = self.now()
            self._tell("order.deleted", order)
            return order

    def restore(self, reference: int) -> Obj:
        """Take an order out of the trash again."""
        with self.changing():
            order = self.order(reference)
            if order["status"] != "trash":
                raise Refused("This order is not in the trash.")
            order["status"], order["before_trash"] = order["before_trash"], ""
            order["date_modified"] = self.now()
            self._tell("order.restored", order)
            return order

    def delete(self, reference: int) -> None:
        """Delete an order for good; no webhook tells of that."""
        with self.changing() as store:
            self.order(reference)
            del store.orders[str(reference)]

    def refund(
        self,
        reference: int,
        *,
        quantities: Mapping[int, int] | None = None,
        amount: str | None = None,
        reason: str = "",
    ) -> Obj:
        """Refund so many of these items at what they cost, or an amount of the order alone."""
        with self.changing():
            order = self.order(reference)
            items = [
                objects.share_of(objects.item_of(order, item), quantity)
                for item, quantity in (quantities or {}).items()
            ]
            worth = sum((objects.worth_of(item) for item in items), Decimal(0))
            return self._refund(
                order,
                amount=worth if amount is None else Decimal(amount),
                items=items,
                reason=reason,
            )

    def make_refund(self, order: Obj, *, amount: Decimal, items: list[Obj], reason: str) -> Obj:
        """Refund exactly what a caller of the API says."""
        with self.changing():
            return self._refund(order, amount=amount, items=items, reason=reason)

    def delete_refund(self, reference: int, refund: int) -> None:
        """Delete a refund, as staff do who made it by mistake."""
        with self.changing() as store:
            known = store.refunds.get(str(reference), [])
            store.refunds[str(reference)] = [one for one in known if one["id"] != refund]
            self._tell("order.updated", self.order(reference))

    def load(self, order: Obj, *refunds: Obj) -> None:
        """Take over an order as it was recorded somewhere, to be answered with as it is."""
        with self.changing() as store:
            store.recorded[str(order["id"])] = order
            store.recorded_refunds[str(order["id"])] = list(refunds)

    def refunded(self, reference: int) -> Decimal:
        """Give how much of an order went back."""
        known = self.store.refunds.get(str(reference), [])
        return sum((Decimal(one["amount"]) for one in known), Decimal(0))

    def set_meta(self, target: Obj, values: Mapping[str, object]) -> None:
        """Write data on an order, refund or item; a key is there once."""
        for key, value in values.items():
            kept = [entry for entry in target["meta_data"] if entry["key"] != key]
            target["meta_data"] = kept + self._meta({key: value})

    def touch(self, order: Obj) -> Obj:
        """Save an order whose data were changed."""
        with self.changing():
            return self._changed(order)

    def add_webhook(self, *, topic: str, url: str, secret: str, name: str = "") -> Obj:
        """Save a webhook, which knocks at its address."""
        with self.changing() as store:
            hook = objects.new_webhook(store.number(), topic, url, secret, name, at=self.now())
            store.webhooks[str(hook["id"])] = hook
            self.knock(hook)
            return hook

    def knock(self, hook: Obj) -> None:
        """Send the ping that is sent when a webhook is saved."""
        self._queue({"hook": hook["id"], "order": None, "topic": "ping"})

    def order(self, reference: int | str) -> Obj:
        """
        Give an order.

        :raises Refused: if there is none.
        """
        try:
            return self.store.orders[str(reference)]
        except KeyError:
            raise Refused("There is no such order.", status=404) from None

    def _refund(self, order: Obj, *, amount: Decimal, items: list[Obj], reason: str) -> Obj:
        left = Decimal(order["total"]) - self.refunded(order["id"])
        if amount < 0 or amount > left:
            raise Refused("Invalid refund amount.", status=500)
        refund = objects.new_refund(self.store.number(), amount, reason, at=self.now())
        for item in items:
            item["id"] = self.store.number()
            item["meta_data"] = self._meta({"_refunded_item_id": str(item.pop("of"))})
            refund["line_items"].append(item)
        self.store.refunds.setdefault(str(order["id"]), []).append(refund)
        if amount == left and order["status"] != "refunded":
            order["status"] = "refunded"
        self._changed(order)
        return refund

    def _meta(self, values: Mapping[str, object]) -> list[Obj]:
        return [{"id": self.store.number(), "key": k, "value": v} for k, v in values.items()]

    def _changed(self, order: Obj) -> Obj:
        order["date_modified"] = self.now()
        self._tell("order.updated", order)
        return order

    def _tell(self, topic: str, order: Obj) -> None:
        for hook in self.store.webhooks.values():
            if hook["topic"] == topic and hook["status"] == "active":
                self._queue({"hook": hook["id"], "order": order["id"], "topic": topic})

    def _queue(self, message: Obj) -> None:
        reference = f"delivery-{self.store.number()}"
        self.store.messages[reference] = message
        self.enqueue(reference)
