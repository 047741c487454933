"""What becomes of an order afterwards: refunds, edits, cancellation."""

from collections.abc import Mapping
from typing import Literal

from counterfoil_sim.errors import Refused
from counterfoil_sim.shopify.event_bodies import edit_body, refund_body
from counterfoil_sim.shopify.ordering import Ordering, Wanted
from counterfoil_sim.shopify.sums import current, kept, received, succeeded
from counterfoil_sim.world import Obj

Restock = Literal["no_restock", "cancel", "return", "legacy_restock"]
Reason = Literal["customer", "declined", "fraud", "inventory", "other", "staff"]
REASONS: tuple[Reason, ...] = ("customer", "declined", "fraud", "inventory", "other", "staff")
RESTOCKS: tuple[Restock, ...] = ("no_restock", "cancel", "return", "legacy_restock")


class Changes(Ordering):
    """
    What staff do to an order.

    Lines are named by their id or SKU.
    """

    def refund(
        self,
        reference: int | str,
        quantities: Mapping[str, int],
        *,
        amount: int | None = None,
        restock: Restock = "no_restock",
        note: str = "",
        succeeds: bool = True,
    ) -> Obj:
        """
        Take back units, and give what they cost, or another amount, or nothing.

        With ``succeeds=False`` the money does not move; Shopify makes the refund all the same.

        :raises Refused: if there are not so many units, or not so much money.
        """
        with self.changing() as store:
            order = store.order(reference)
            if restock not in RESTOCKS:
                raise Refused("Say what becomes of the stock.")
            taken = [
                (line, quantity)
                for line, quantity in self._chosen(order, quantities)
                if quantity > 0
            ]
            if not taken:
                raise Refused("At least one unit.")
            for line, quantity in taken:
                if quantity > current(line):
                    raise Refused(f"{line['title']}: only {current(line)} are left.")
            worth = sum(quantity * int(line["price"]) for line, quantity in taken)
            amount = min(worth, kept(order)) if amount is None else amount
            refund = self._refund(order, amount, favour=0, note=note, succeeds=succeeds)
            for line, quantity in taken:
                line["refunded"] += quantity
                refund["lines"].append(self._taken_back(line, quantity, restock))
            return self._tell_refund(order, refund)

    def refund_amount(
        self, reference: int | str, amount: int, *, note: str = "", succeeds: bool = True
    ) -> Obj:
        """
        Give back an amount and take back nothing.

        :raises Refused: if it is more than is left.
        """
        with self.changing() as store:
            order = store.order(reference)
            if amount <= 0:
                raise Refused("More than nothing.")
            refund = self._refund(order, amount, favour=amount, note=note, succeeds=succeeds)
            return self._tell_refund(order, refund)

    def refund_all(self, reference: int | str, *, restock: Restock = "no_restock") -> Obj:
        """Take back every unit that is left, and give back all money."""
        order = self.store.order(reference)
        left = {str(line["id"]): current(line) for line in order["lines"] if current(line)}
        return self.refund(reference, left, amount=kept(order), restock=restock)

    def edit(
        self,
        reference: int | str,
        quantities: Mapping[str, int],
        *,
        added: Mapping[str, int] | None = None,
        as_refund: bool = False,
    ) -> Obj:
        """
        Set how many units of a line are wanted, and add lines; no money moves.

        Whatever is wanted in addition is still to be paid. ``as_refund`` also records what was
        removed as a refund of no money, as shops have seen Shopify do.

        :raises Refused: if nothing changes, or to less than nothing.
        """
        with self.changing() as store:
            order = store.order(reference)
            if order["cancelled_at"]:
                raise Refused("This order is cancelled.")
            chosen = self._chosen(order, quantities)
            if any(wanted < 0 for _, wanted in chosen):
                raise Refused("Not less than nothing.")
            more = (added or {}).items()
            fresh = [self._line(Wanted(sku=sku, quantity=quantity)) for sku, quantity in more]
            edit: Obj = {"id": store.new_id(), "additions": [], "removals": []}
            refund = None
            for line, wanted in chosen:
                delta = wanted - current(line)
                if delta > 0:
                    line["quantity"] += delta
                    edit["additions"].append({"id": line["id"], "delta": delta})
                elif delta < 0 and as_refund:
                    refund = refund or self._refund(order, 0, favour=0, note="", succeeds=True)
                    line["refunded"] -= delta
                    refund["lines"].append(self._taken_back(line, -delta, "cancel"))
                elif delta < 0:
                    line["removed"] -= delta
                if delta < 0:
                    edit["removals"].append({"id": line["id"], "delta": -delta})
            for line in fresh:
                order["lines"].append(line)
                edit["additions"].append({"id": line["id"], "delta": line["quantity"]})
            return self._tell_edit(order, edit)

    def cancel(
        self,
        reference: int | str,
        *,
        reason: Reason = "customer",
        refund: bool = True,
        restock: Restock = "cancel",
    ) -> Obj:
        """
        Cancel an order, with its money back or without.

        :raises Refused: if it is cancelled already.
        """
        with self.changing() as store, self.one_cause():
            order = store.order(reference)
            if order["cancelled_at"]:
                raise Refused("This order is cancelled already.")
            if reason not in REASONS or restock not in RESTOCKS:
                raise Refused("Say why, and what becomes of the stock.")
            order |= {"cancelled_at": self.clock(), "cancel_reason": reason}
            if succeeded(order["transactions"], ("authorization",)) and not received(order):
                self._record(order, "void", 0)
            if refund and kept(order) > 0:
                self.refund_all(reference, restock=restock)
            self.tell(self.touch(order), "orders/cancelled", "orders/updated")
            return self.seen(order)

    def _chosen(self, order: Obj, quantities: Mapping[str, int]) -> list[tuple[Obj, int]]:
        chosen = []
        for key, quantity in quantities.items():
            names = (line for line in order["lines"] if key in (str(line["id"]), line["sku"]))
            line = next(names, None)
            if line is None:
                raise Refused(f"The order has no line {key}.")
            chosen.append((line, quantity))
        return chosen

    def _refund(self, order: Obj, amount: int, *, favour: int, note: str, succeeds: bool) -> Obj:
        if not 0 <= amount <= kept(order):
            raise Refused(f"Only {kept(order) / 100:.2f} are left to give back.")
        refund: Obj = {
            "id": self.store.new_id(),
            "at": self.clock(),
            "note": note,
            "favour": favour if succeeds else 0,
            "lines": [],
            "transactions": [],
        }
        if amount:
            paid = succeeded(order["transactions"], ("sale", "capture"))
            status = "success" if succeeds else "failure"
            moved = self._record(order, "refund", amount, parent=paid[0]["id"], status=status)
            refund["transactions"].append(moved["id"])
        order["refunds"].append(refund)
        return refund

    def _taken_back(self, line: Obj, quantity: int, restock: Restock) -> Obj:
        line["fulfilled"] = min(line["fulfilled"], current(line))
        return {
            "id": self.store.new_id(),
            "line_id": line["id"],
            "quantity": quantity,
            "restock_type": restock,
            "subtotal": quantity * line["price"],
        }

    def _tell_refund(self, order: Obj, refund: Obj) -> Obj:
        cause = self.tell(self.touch(order), "orders/updated")
        self.emit("refunds/create", refund_body(refund, order, self.identity), cause=cause)
        return self.seen(refund)

    def _tell_edit(self, order: Obj, edit: Obj) -> Obj:
        if not edit["additions"] and not edit["removals"]:
            raise Refused("Nothing was changed.")
        cause = self.tell(self.touch(order), "orders/updated")
        self.emit("orders/edited", edit_body(edit, order), cause=cause)
        return self.seen(order)
