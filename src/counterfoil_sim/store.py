"""What the simulated Stripe remembers."""

from pathlib import Path

from counterfoil_sim.errors import missing
from counterfoil_sim.world import Memory, Obj

__all__ = ["TABLES", "Obj", "Store"]

_ANSWERS_KEPT = 2000

TABLES = (
    "session",
    "payment_intent",
    "charge",
    "refund",
    "dispute",
    "product",
    "price",
    "event",
    "webhook_endpoint",
)


class Store(Memory):
    """All objects by kind and id, oldest first."""

    def __init__(self, *, path: Path | None = None, salt: str | None = None) -> None:
        """Begin with what the file holds, or with nothing."""
        super().__init__(path=path, salt=salt)
        self.tables: dict[str, dict[str, Obj]] = {name: {} for name in TABLES}
        self.items: dict[str, list[Obj]] = {}
        self.payment_metadata: dict[str, Obj] = {}
        self.will_fail: dict[str, bool] = {}
        self.delivered: dict[str, bool] = {}
        self.answers: dict[str, Obj] = {}
        self.take_up()
        for name in TABLES:  # a file of an earlier version lacks the newer ones
            self.tables.setdefault(name, {})

    def new_id(self, prefix: str) -> str:
        """Give an id that was never given before."""
        self.count += 1
        return f"{prefix}_{self.salt}{self.count:06d}"

    def put(self, kind: str, value: Obj) -> Obj:
        """Remember an object under its id."""
        self.tables[kind][value["id"]] = value
        return value

    def get(self, kind: str, reference: str) -> Obj:
        """
        Give an object.

        :raises ApiError: if there is none, as Stripe says it.
        """
        try:
            return self.tables[kind][reference]
        except KeyError:
            raise missing(kind, reference) from None

    def find(self, reference: str) -> Obj | None:
        """Give the object of whatever kind with this id."""
        for table in self.tables.values():
            if reference in table:
                return table[reference]
        return None

    def newest_first(self, kind: str) -> list[Obj]:
        """Give all objects of a kind."""
        return list(reversed(self.tables[kind].values()))

    def remember_answer(self, key: str, answer: Obj) -> None:
        """Keep what was answered under an idempotency key, until many others were."""
        self.answers[key] = answer
        while len(self.answers) > _ANSWERS_KEPT:
            del self.answers[next(iter(self.answers))]
