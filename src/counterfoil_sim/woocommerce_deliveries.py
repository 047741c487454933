"""Messages of a WooCommerce site on their way, signed as it signs, and never sent again."""

import base64
import hashlib
import hmac
import json

from counterfoil_sim.courier import Courier, Faults, Letter, Send
from counterfoil_sim.posting import post
from counterfoil_sim.woocommerce_objects import written_order
from counterfoil_sim.woocommerce_world import WooCommerceSite
from counterfoil_sim.world import Obj

MOST_FAILURES = 5
WRONG_SECRET = "thisisnotthesecret"  # noqa: S105


class WooDeliveries(Courier[Faults]):
    """
    The queue of messages.

    What an order looks like is written when its message leaves, not when it was queued. A webhook
    that fails too often in a row is switched off, by the seventh failure.
    """

    def __init__(self, site: WooCommerceSite, *, send: Send = post) -> None:
        """Remember whose messages they are."""
        super().__init__(site, faults=Faults(), send=send)
        self.site = site

    def addresses(self) -> list[str]:
        """Tell where messages go."""
        return list(dict.fromkeys(hook["delivery_url"] for hook in self._hooks().values()))

    def topic(self, reference: str) -> str:
        """Give the topic of a message."""
        return str(self.site.store.messages[reference]["topic"])

    def letters(self, reference: str, faults: Faults) -> list[Letter]:
        """Give a message as WooCommerce posts it."""
        message = self.site.store.messages[reference]
        hook = self._hooks().get(str(message["hook"]))
        if hook is None:
            return []
        agent = {"User-Agent": "WooCommerce/11.2.0 Hookshot (WordPress/6.9)"}
        if message["topic"] == "ping":
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            knock = f"webhook_id={hook['id']}".encode()
            return [Letter(url=hook["delivery_url"], body=knock, headers=agent | kind)]
        body = json.dumps(self._payload(message), separators=(",", ":")).encode()
        headers = agent | self._headers(hook, message["topic"], body, faults)
        return [Letter(url=hook["delivery_url"], body=body, headers=headers)]

    def arrived(self, reference: str) -> None:
        """Forget the failures of a webhook."""
        if hook := self._hooks().get(str(self.site.store.messages[reference]["hook"])):
            hook["failures"] = 0

    def given_up(self, reference: str) -> None:
        """Count a failure, and switch the webhook off after too many; a ping does not count."""
        message = self.site.store.messages[reference]
        hook = self._hooks().get(str(message["hook"]))
        if hook is None or message["topic"] == "ping":
            return
        if hook["failures"] > MOST_FAILURES:
            hook["status"] = "disabled"
        else:
            hook["failures"] += 1

    def _hooks(self) -> dict[str, Obj]:
        return self.site.store.webhooks

    def _payload(self, message: Obj) -> Obj:
        order = self.site.store.orders.get(str(message["order"]))
        if message["topic"] == "order.deleted":
            return {"id": message["order"]}
        if order is None:
            refusal = "woocommerce_rest_shop_order_invalid_id"
            return {"code": refusal, "message": "Invalid ID.", "data": {"status": 404}}
        refunds = self.site.store.refunds.get(str(order["id"]), [])
        return written_order(order, refunds=refunds, decimals=self.site.decimals)

    def _headers(self, hook: Obj, topic: str, body: bytes, faults: Faults) -> dict[str, str]:
        secret = WRONG_SECRET if faults.wrong_secret else hook["secret"]
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        second = f"{hook['id']}{self.site.now()}".encode()
        resource, _, event = topic.partition(".")
        return {
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self.site.base_url}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-WC-Webhook-ID": str(hook["id"]),
            "X-WC-Webhook-Delivery-ID": hashlib.md5(second, usedforsecurity=False).hexdigest(),
        }
