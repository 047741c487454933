"""What the simulated WooCommerce site remembers."""

import secrets
from pathlib import Path

from counterfoil_sim.world import Memory, Obj


class WooMemory(Memory):
    """Orders, refunds and notes of them, webhooks, messages, and what was recorded elsewhere."""

    def __init__(self, *, path: Path | None = None, salt: str | None = None) -> None:
        """Go on from the file, or begin; numbers start anywhere, for databases remember them."""
        super().__init__(path=path, salt=salt)
        self.count = 700 if salt else 1000 * secrets.randbelow(9000) + 100_000
        self.orders: dict[str, Obj] = {}
        self.refunds: dict[str, list[Obj]] = {}
        self.notes: dict[str, list[Obj]] = {}
        self.webhooks: dict[str, Obj] = {}
        self.messages: dict[str, Obj] = {}
        self.recorded: dict[str, Obj] = {}
        self.recorded_refunds: dict[str, list[Obj]] = {}
        self.take_up()

    def number(self) -> int:
        """Give an id that nothing has yet: WordPress counts everything in one row."""
        self.count += 1
        return self.count
