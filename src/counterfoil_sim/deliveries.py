"""Events on their way to the shop, signed as Stripe signs."""

import hashlib
import hmac
import json
from dataclasses import dataclass

from counterfoil_sim.courier import Attempt, Courier, Faults, Letter, Send, fault
from counterfoil_sim.posting import post
from counterfoil_sim.simulator import Simulator

__all__ = ["ATTEMPTS", "WRONG_SECRET", "Attempt", "Deliveries", "StripeFaults"]

ATTEMPTS = 6
WRONG_SECRET = "whsec_this_is_not_the_secret"  # noqa: S105


@dataclass(frozen=True, kw_only=True, slots=True)
class StripeFaults(Faults):
    """What goes wrong with Stripe's events: what can with any, and a time that is long past."""

    old_timestamp: bool = fault("sign with a time an hour ago")


class Deliveries(Courier[StripeFaults]):
    """The queue of events, and the one endpoint they go to."""

    waits = tuple(2.0**attempt for attempt in range(1, ATTEMPTS))

    def __init__(
        self, simulator: Simulator, *, url: str | None, secret: str, send: Send = post
    ) -> None:
        """Remember where events go."""
        super().__init__(simulator, faults=StripeFaults(), send=send)
        self.simulator = simulator
        self.url = url
        self.secret = secret
        if url:
            simulator.endpoint(url)

    def addresses(self) -> list[str]:
        """Tell where events go."""
        return [self.url] if self.url else []

    def topic(self, reference: str) -> str:
        """Give the type of an event."""
        return str(self.simulator.store.get("event", reference)["type"])

    def letters(self, reference: str, faults: StripeFaults) -> list[Letter]:
        """Give an event as Stripe posts it."""
        if self.url is None or not self._is_wanted(self.topic(reference)):
            return []
        body = json.dumps(self.simulator.store.get("event", reference), indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": self.signature(body),
            "User-Agent": "Counterfoil-Simulator/1.0",
        }
        return [Letter(url=self.url, body=body, headers=headers)]

    def arrived(self, reference: str) -> None:
        """Remember which events the API has to call delivered."""
        store = self.simulator.store
        store.delivered[reference] = True
        store.get("event", reference)["pending_webhooks"] = 0

    def _is_wanted(self, topic: str) -> bool:
        """Tell whether the endpoint, if it is still there, is switched on and told of this."""
        return any(
            endpoint["url"] == self.url
            and endpoint["status"] == "enabled"
            and not {"*", topic}.isdisjoint(endpoint["enabled_events"])
            for endpoint in self.simulator.store.tables["webhook_endpoint"].values()
        )

    def signature(self, body: bytes) -> str:
        """Sign a body as Stripe does, or as badly as the faults say."""
        secret = WRONG_SECRET if self.faults.wrong_secret else self.secret
        at = self.simulator.now() - (3600 if self.faults.old_timestamp else 0)
        digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return f"t={at},v1={digest}"
