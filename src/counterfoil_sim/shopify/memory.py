"""What the simulated Shopify remembers of one shop."""

import hashlib
from pathlib import Path

from counterfoil_sim.errors import Refused
from counterfoil_sim.world import Memory, Obj

# Beyond 2^53, as Shopify's may be: whatever passes an id through JavaScript breaks it.
_FIRST_ID = 820_000_000_000_000_000
_DELIVERIES_KEPT = 300


class ShopMemory(Memory):
    """One shop, the one app that is installed in it, and what they did; keys are ids as text."""

    def __init__(self, *, path: Path | None = None, salt: str | None = None) -> None:
        """Begin with what the file holds, or with nothing."""
        super().__init__(path=path, salt=salt)
        self.identity: Obj = {}
        self.app: Obj = {}
        self.variants: dict[str, Obj] = {}
        self.orders: dict[str, Obj] = {}
        self.subscriptions: dict[str, Obj] = {}
        self.deliveries: dict[str, Obj] = {}
        self.metafields: dict[str, Obj] = {}
        self.answers: dict[str, Obj] = {}
        self.take_up()

    def new_id(self) -> int:
        """Give an id that was never given before."""
        self.count += 1
        block = int(hashlib.sha256(self.salt.encode()).hexdigest(), 16) % 10**9
        return _FIRST_ID + block * 10**7 + self.count

    def order(self, reference: int | str) -> Obj:
        """
        Give an order.

        :raises Refused: if there is none.
        """
        try:
            return self.orders[str(reference)]
        except KeyError:
            raise Refused(f"There is no order {reference}.", status=404) from None

    def variant(self, key: int | str) -> Obj:
        """
        Give a variant by its id or its SKU.

        :raises Refused: if there is none.
        """
        for variant in self.variants.values():
            if str(key) in (str(variant["id"]), variant["sku"]):
                return variant
        raise Refused(f"The shop does not sell {key}.", status=404)

    def forget_delivered(self) -> None:
        """Drop the oldest deliveries that nobody waits for."""
        done = [reference for reference in self.deliveries if reference not in self.pending]
        for reference in done[: max(0, len(done) - _DELIVERIES_KEPT)]:
            del self.deliveries[reference]
