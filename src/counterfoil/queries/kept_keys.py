"""Which keys are still needed, and for what?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db.models import Count, Model, Q, Value
from django.db.models.functions import StrIndex, Substr

from counterfoil.models import Subject
from counterfoil.models.checkpoints import newest
from counterfoil.models.kept import LOOKED_UP, SEALED, WAITING, LookedUp
from counterfoil.models.keys import keyring
from counterfoil.rules.keyring import Lookup, Purpose

CHECKPOINT = "newest checkpoint of the ledger"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyUse:
    """
    How many rows need a key.

    Those that are ``renewable`` are made anew by a renewal; the others go with time.
    """

    purpose: Purpose
    number: int
    what: str
    rows: int
    renewable: bool
    in_ring: bool

    @property
    def is_current(self) -> bool:
        """Tell whether what is new is kept by it."""
        return self.number == keyring().current(self.purpose)


def key_uses() -> tuple[KeyUse, ...]:
    """
    Give for what each key is needed, by purpose and number.

    It counts every row that is kept under a key, so on large tables it takes a while.
    """
    found = sorted(_all(), key=lambda it: (list(Purpose).index(it.purpose), it.number, it.what))
    return tuple(found)


def idle_keys(uses: tuple[KeyUse, ...]) -> tuple[tuple[Purpose, int], ...]:
    """Give the keys of the ring that are not current, and that nothing needs any more."""
    ring, needed = keyring(), {(one.purpose, one.number) for one in uses}
    return tuple(
        (purpose, number)
        for purpose in Purpose
        for number in sorted(ring.keys[purpose])
        if number != ring.current(purpose) and (purpose, number) not in needed
    )


def _all() -> Iterator[KeyUse]:
    for one in SEALED:
        kept = Q(**{f"{one.column}__isnull": False})
        yield from _of(one.purpose, one.name, one.model, one.key, kept)
    for look in LOOKED_UP:
        yield from _of(Purpose.INDEX, look.name, look.model, look.key, look.readable)
    for name, (model, which) in WAITING.items():
        yield from _of(Purpose.INDEX, name, model, "key_id", which, renewable=False)
    last = newest()  # it vouches for all that came before it
    if last is not None and isinstance(number := last.data.get("key"), int):
        yield _use(Purpose.INDEX, number, CHECKPOINT, 1, renewable=False)
    ends = StrIndex("unique_key", Value(":")) - 1
    subjects = Subject.objects.filter(unique_key__isnull=False)
    numbered = subjects.annotate(number=Substr("unique_key", 1, ends)).values_list("number")
    for number, rows in numbered.annotate(Count("pk")).order_by():
        yield _use(Purpose.INDEX, int(number), "uniqueness of subjects", rows, renewable=True)


def _of(
    purpose: Purpose, name: str, model: type[Model], key: str, which: Q, *, renewable: bool = True
) -> Iterator[KeyUse]:
    rows = model._default_manager.filter(which).order_by().values_list(key)
    for number, count in rows.annotate(Count("pk")):
        yield _use(purpose, number, name, count, renewable=renewable)


def _use(purpose: Purpose, number: int, what: str, rows: int, *, renewable: bool) -> KeyUse:
    return KeyUse(
        purpose=purpose,
        number=number,
        what=what,
        rows=rows,
        renewable=renewable,
        in_ring=number in keyring().keys[purpose],
    )


def not_opened(*, sample: int = 100) -> Mapping[str, int]:
    """
    Try the keys on the newest rows of each table, and give how many of them do not open.

    A key may have the right number and be another; only trying tells. What is looked up is looked
    up again.
    """
    ring, found = keyring(), {}
    for one in SEALED:
        rows = _newest(one.model, Q(**{f"{one.column}__isnull": False}), sample)
        faults = 0
        for row in rows.values(*one.columns()):
            number, sealed = row[one.key], bytes(row[one.column])
            try:
                ring.open_(number, sealed, one.purpose, one.bound_to(row, number))
            except (KeyError, InvalidTag):
                faults += 1
        if faults:
            found[one.name] = faults
    for look in LOOKED_UP:
        wrong = [row for row in _newest(look.model, look.readable, sample) if not _fits(look, row)]
        if wrong:
            found[look.name] = len(wrong)
    return found


def _fits(look: LookedUp, row: Model) -> bool:
    number, digest = getattr(row, look.key), bytes(getattr(row, look.column))
    try:
        plain = look.plain(row)
    except (KeyError, InvalidTag):
        return True  # that is said of what is sealed
    return plain is not None and Lookup(number, digest) in keyring().lookups(look.label, plain)


def _newest(model: type[Model], which: Q, sample: int) -> Any:
    return model._default_manager.filter(which).order_by("-pk")[:sample]
