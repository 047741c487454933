"""The simulated Stripe as a whole."""

import copy
from collections.abc import Iterable
from typing import Any

from counterfoil_sim import objects
from counterfoil_sim.money import Money
from counterfoil_sim.store import Obj


class Simulator(Money):
    """
    Everything a test or a demo does to the outside world.

    Each act changes the state, records the events Stripe would record, and queues them; nothing is
    sent until a ``Deliveries`` does so.
    """

    def load(
        self,
        session: Obj,
        items: Iterable[Obj],
        *,
        refunds: Iterable[Obj] = (),
        disputes: Iterable[Obj] = (),
        payment: str | None = None,
    ) -> Obj:
        """
        Take over a session as it was recorded somewhere, without any events.

        Its payment and charge are made up to fit; ``payment`` is the status of a payment that did
        not succeed, ``processing`` unless told otherwise. Loading again replaces what was there.
        """
        with self.changing() as store:
            taken = store.put("session", copy.deepcopy(session))
            store.items[taken["id"]] = [self._taken_item(item) for item in items]
            charge = self._taken_payment(taken, payment or "processing")
            for refund in refunds:
                one = store.put("refund", copy.deepcopy(refund))
                if charge is not None and one["status"] == "succeeded":
                    charge["amount_refunded"] += one["amount"]
                    charge["refunded"] = charge["amount_refunded"] >= charge["amount"]
            for dispute in disputes:
                store.put("dispute", copy.deepcopy(dispute))
            return taken

    def send(self, event: Obj) -> Obj:
        """Queue an event as it was recorded somewhere; its objects are not taken over."""
        with self.changing():
            return self.queue(copy.deepcopy(event))

    def endpoint(self, url: str) -> Obj:
        """Give the webhook endpoint at this address, made if it is not there."""
        with self.changing() as store:
            for known in store.tables["webhook_endpoint"].values():
                if known["url"] == url:
                    return known
            made = objects.webhook_endpoint(
                reference=store.new_id("we"), url=url, created=self.now()
            )
            return store.put("webhook_endpoint", made)

    def _taken_item(self, item: Obj) -> Obj:
        taken = copy.deepcopy(item)
        price: dict[str, Any] | None = taken.get("price")
        if price is not None:
            if isinstance(price.get("product"), dict):
                price["product"] = self.store.put("product", price["product"])["id"]
            self.store.put("price", price)
        return taken

    def _taken_payment(self, session: Obj, unpaid: str) -> Obj | None:
        reference = session.get("payment_intent")
        if not reference:
            return None
        paid = session["payment_status"] == "paid"
        payment = objects.payment_intent(
            reference=reference,
            amount=session["amount_total"],
            currency=session["currency"],
            status="succeeded" if paid else unpaid,
            metadata={},
            created=session["created"],
        )
        charge = objects.charge(
            reference=reference.replace("pi_", "ch_", 1),
            payment=payment,
            status="succeeded" if paid else "pending",
            created=session["created"],
        )
        payment["latest_charge"] = charge["id"]
        self.store.put("payment_intent", payment)
        return self.store.put("charge", charge)
