"""What apps write on an order: metafields and tags."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from counterfoil_sim.errors import Refused
from counterfoil_sim.shopify.changes import Changes
from counterfoil_sim.world import Obj

AT_ONCE = 25
VALUE_LIMIT = 10 * 1024 * 1024
TYPES = ("json", "single_line_text_field", "multi_line_text_field", "url", "number_integer")


class CannotNote(Refused):
    """Shopify would answer with a user error."""

    def __init__(self, message: str, *, code: str, index: int) -> None:
        """Remember what it says about which of the metafields."""
        super().__init__(message)
        self.code = code
        self.index = index


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A metafield to be set; ``expects`` is the digest it must still have, if that matters."""

    order: int | str
    namespace: str
    key: str
    type: str
    value: str
    compares: bool = False
    expects: str | None = None


class Notes(Changes):
    """What apps may write."""

    def metafield(self, order: int | str, namespace: str, key: str) -> Obj | None:
        """Give a metafield of an order; the namespace ``$app`` is the app's own."""
        return self.store.metafields.get(self._name(order, namespace, key))

    def set_metafields(self, notes: Sequence[Note]) -> list[Obj]:
        """
        Set metafields, all or none.

        :raises CannotNote: if one of them cannot be set.
        """
        if len(notes) > AT_ONCE:
            raise CannotNote(
                f"No more than {AT_ONCE}.", code="LESS_THAN_OR_EQUAL_TO", index=AT_ONCE
            )
        with self.changing():
            for index, note in enumerate(notes):
                self._check(note, index)
            return [self._set(note) for note in notes]

    def add_tags(self, reference: int | str, tags: Sequence[str]) -> None:
        """Add tags to an order, those that it does not have."""
        with self.changing() as store:
            order = store.order(reference)
            fresh = [tag for tag in dict.fromkeys(tags) if tag not in order["tags"]]
            if fresh:
                order["tags"] += fresh
                self.tell(self.touch(order), "orders/updated")

    def _check(self, note: Note, index: int) -> None:
        if str(note.order) not in self.store.orders:
            raise CannotNote("Owner does not exist.", code="INVALID", index=index)
        known = self.metafield(note.order, note.namespace, note.key)
        if note.compares and note.expects != (known or {}).get("digest"):
            raise CannotNote(
                "The resource has been updated since it was loaded.",
                code="STALE_OBJECT",
                index=index,
            )
        if note.type not in TYPES:
            raise CannotNote(f"Type not simulated: {note.type}", code="INVALID_TYPE", index=index)
        if not note.value or len(note.value.encode()) > VALUE_LIMIT:
            raise CannotNote("Value is blank or too large.", code="INVALID_VALUE", index=index)
        if note.type == "json" and not _is_json(note.value):
            raise CannotNote("Value is invalid JSON.", code="INVALID_VALUE", index=index)

    def _set(self, note: Note) -> Obj:
        name = self._name(note.order, note.namespace, note.key)
        known = self.store.metafields.get(name)
        if known and known["value"] == note.value:
            return known
        metafield: Obj = {
            "id": known["id"] if known else self.store.new_id(),
            "order": str(note.order),
            "namespace": self._namespace(note.namespace),
            "key": note.key,
            "type": note.type,
            "value": note.value,
            "digest": hashlib.sha256(note.value.encode()).hexdigest(),
            "created_at": known["created_at"] if known else self.clock(),
            "updated_at": self.clock(),
        }
        self.store.metafields[name] = metafield
        self.tell(self.touch(self.store.order(note.order)), "orders/updated")
        return metafield

    def _name(self, order: int | str, namespace: str, key: str) -> str:
        return f"{order}/{self._namespace(namespace)}/{key}"

    def _namespace(self, namespace: str) -> str:
        own = f"app--{self.app['id']}"
        return namespace.replace("$app", own, 1) if namespace.startswith("$app") else namespace


def _is_json(text: str) -> bool:
    try:
        value: Any = json.loads(text)
    except ValueError:
        return False
    return value is not None
