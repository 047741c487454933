"""What the simulated Stripe remembers, and the file it may keep it in."""

import json
import secrets
from pathlib import Path
from typing import Any

from counterfoil_sim.errors import missing

Obj = dict[str, Any]

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
)


class Store:
    """
    All objects by kind and id, oldest first.

    Ids carry a random part, so that a simulator that starts over never repeats an id that some
    database remembers; tests give their own.
    """

    def __init__(self, *, path: Path | None = None, salt: str | None = None) -> None:
        """Begin with what the file holds, or with nothing."""
        self.path = path
        self.salt = salt or secrets.token_hex(4)
        self.count = 0
        self.tables: dict[str, dict[str, Obj]] = {name: {} for name in TABLES}
        self.items: dict[str, list[Obj]] = {}
        self.payment_metadata: dict[str, Obj] = {}
        self.will_fail: dict[str, bool] = {}
        self.pending: dict[str, Obj] = {}
        self.delivered: dict[str, bool] = {}
        self.answers: dict[str, Obj] = {}
        if path is not None and path.exists():
            self._load(path)

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

    def save(self) -> None:
        """Write everything to the file, if there is one, so that no half of it can be read."""
        if self.path is None:
            return
        names = [name for name in vars(self) if name != "path"]
        draft = self.path.with_name(self.path.name + ".new")
        draft.write_text(json.dumps({name: getattr(self, name) for name in names}))
        draft.replace(self.path)

    def _load(self, path: Path) -> None:
        saved = json.loads(path.read_text())
        self.tables |= saved.pop("tables")
        for name, value in saved.items():
            setattr(self, name, value)
