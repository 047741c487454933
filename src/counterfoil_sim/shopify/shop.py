"""The simulated shop as a whole."""

import json
import secrets
from typing import Literal
from uuid import uuid4

from counterfoil_sim.errors import Refused
from counterfoil_sim.shopify.event_bodies import dispute_body, shop_body
from counterfoil_sim.shopify.notes import Notes
from counterfoil_sim.shopify.sums import received
from counterfoil_sim.world import Obj

_OPEN_DISPUTES = ("needs_response", "under_review")


class Shopify(Notes):
    """
    Everything a test or a demo does to a shop at Shopify.

    Each act changes the state and queues the messages Shopify would send; nothing is sent until a
    ``Webhooks`` does so. What an act gives is a copy: ``order`` gives how things stand later.
    """

    def order(self, reference: int | str) -> Obj:
        """
        Give an order as it stands.

        :raises Refused: if there is none.
        """
        with self.lock:
            return self.seen(self.store.order(reference))

    def dispute(
        self, reference: int | str, kind: Literal["chargeback", "inquiry"] = "chargeback"
    ) -> Obj:
        """
        Let the buyer's bank dispute the payment.

        :raises Refused: if nothing was paid.
        """
        with self.changing() as store:
            order = store.order(reference)
            if not received(order):
                raise Refused("Nothing was paid that could be disputed.")
            dispute: Obj = {
                "id": store.new_id(),
                "kind": kind,
                "status": "needs_response",
                "amount": received(order),
                "at": self.clock(),
                "finalized_at": None,
            }
            order["disputes"].append(dispute)
            return self._tell_dispute(order, dispute, "disputes/create")

    def close_dispute(self, reference: int | str, outcome: Literal["won", "lost"]) -> Obj:
        """
        Let the bank decide the order's open dispute.

        :raises Refused: if none is open.
        """
        with self.changing() as store:
            order = store.order(reference)
            for dispute in order["disputes"]:
                if dispute["status"] in _OPEN_DISPUTES:
                    dispute |= {"status": outcome, "finalized_at": self.clock()}
                    return self._tell_dispute(order, dispute, "disputes/update")
            raise Refused("No dispute is open.")

    def _tell_dispute(self, order: Obj, dispute: Obj, topic: str) -> Obj:
        cause = self.tell(self.touch(order), "orders/updated")
        self.emit(topic, dispute_body(dispute, order), cause=cause)
        return self.seen(dispute)

    def remove_subscription(self, reference: int | str) -> None:
        """Forget a subscription, as Shopify does after too many failures."""
        with self.changing() as store:
            store.subscriptions.pop(str(reference), None)

    def remove_subscriptions(self) -> None:
        """Forget everything the app has subscribed to."""
        with self.changing() as store:
            for reference in [r for r, one in store.subscriptions.items() if one["by_app"]]:
                del store.subscriptions[reference]

    def revoke_token(self) -> None:
        """Make every token worthless."""
        with self.changing():
            self.app["revoked"] = self.app["tokens"] or self.app.get("revoked", [])
            self.app["tokens"] = []

    def accept_token_again(self) -> None:
        """
        Take back that the token was revoked, or the app removed; Shopify itself cannot.

        :raises Refused: if none was.
        """
        with self.changing():
            if self.app["tokens"] or not self.app.get("revoked"):
                raise Refused("No token was revoked.")
            self.app["tokens"] = self.app["revoked"]

    def issue_token(self, token: str | None = None) -> str:
        """Give the app a token that works."""
        with self.changing():
            token = token or f"shpat_{secrets.token_hex(16)}"
            self.app["tokens"].append(token)
            return token

    def rotate_secret(self, secret: str | None = None) -> str:
        """Give the app another secret; the oldest goes on signing until it is revoked."""
        with self.changing():
            secret = secret or f"shpss_{secrets.token_hex(16)}"
            self.app["secrets"].append(secret)
            return secret

    def revoke_oldest_secret(self) -> None:
        """
        Sign with the next secret from now on.

        :raises Refused: if there is none.
        """
        with self.changing():
            if len(self.app["secrets"]) < 2:
                raise Refused("There is no other secret: rotate first.")
            del self.app["secrets"][0]

    def show_buyers(self, shown: bool) -> None:
        """Let the app see names and addresses of buyers, or not; of orders placed from now on."""
        with self.changing():
            self.app["sees_buyers"] = shown

    def uninstall(self) -> None:
        """Remove the app: it is told so, and from then on its token and messages are dead."""
        with self.changing():
            self.emit("app/uninstalled", shop_body(self.identity))
            self.remove_subscriptions()
            self.revoke_token()

    def ask_for_data(self, reference: int | str) -> None:
        """Let a customer ask what the app knows of them."""
        with self.changing() as store:
            order = store.order(reference)
            asked = {"orders_requested": [order["id"]], "data_request": {"id": store.new_id()}}
            self._privacy("customers/data_request", self._person(order) | asked)

    def redact_customer(self, reference: int | str) -> None:
        """Let a customer ask to be forgotten."""
        with self.changing() as store:
            order = store.order(reference)
            listed = {"orders_to_redact": [order["id"]]}
            self._privacy("customers/redact", self._person(order) | listed)

    def redact_shop(self) -> None:
        """Have everything about the shop forgotten, two days after the app was removed."""
        with self.changing():
            self._privacy("shop/redact", {})

    def _person(self, order: Obj) -> Obj:
        person = {"id": order["customer_id"], "email": order["email"], "phone": None}
        return {"customer": person}

    def _privacy(self, topic: str, about: Obj) -> None:
        url = self.app["privacy_url"]
        if url is None:
            raise Refused("The app names no address for privacy requests: install it first.")
        shop = {"shop_id": self.identity["id"], "shop_domain": self.identity["domain"]}
        self.send(topic, json.dumps(shop | about), url=url, cause=str(uuid4()))
