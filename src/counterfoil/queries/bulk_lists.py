"""
Which entitlements does a list name?

A line is a handle, the number of an order (all its entitlements), the name of a batch, with a
number or two of its pieces, or a code. Codes are looked up by keyed hash and go no further; of
what was not found only the number of the line is kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from counterfoil.conf import conf
from counterfoil.errors import BulkTooLarge, CodeMalformed, NotFound
from counterfoil.models import Batch, Code, Entitlement, Purchase
from counterfoil.models.ids import PREFIX, id_of
from counterfoil.models.keys import keyring
from counterfoil.rules.codes import normalise
from counterfoil.rules.people import normalise_mail

Wanted = TypeVar("Wanted")
Found = TypeVar("Found")
AT_ONCE = 5_000
LONGEST = 200
UNKNOWN, AMBIGUOUS, ADDRESS = "unknown", "ambiguous", "address"
_DIVIDERS = re.compile(r"[,;\t]")
_PIECES = re.compile(
    r"(?P<name>.+?) (?P<first>\d{1,6})(?:\s*(?:-|\u2013|\.\.)\s*(?P<last>\d{1,6}))?"
)
_HEADINGS = frozenset({"entitlement", "handle", "order", "order number", "batch", "code"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What a list names; ``missing`` are numbers of lines, and why each led nowhere."""

    entitlement_ids: frozenset[UUID]
    lines: int
    missing: Sequence[tuple[int, str]]


@dataclass(slots=True)
class _Reading:
    """The lines that are not settled yet, and what was found so far."""

    waiting: dict[int, str]
    found: set[UUID] = field(default_factory=set)
    missing: dict[int, str] = field(default_factory=dict)

    def settle(self, number: int, ids: Iterable[UUID]) -> None:
        self.found.update(ids)
        del self.waiting[number]
        if len(self.found) > conf.BULK_MAX_ROWS:
            raise BulkTooLarge(conf.BULK_MAX_ROWS)


def read_list(text: str) -> Listed:
    """
    Give the entitlements that the lines of a list name.

    :raises BulkTooLarge: if it has more lines, or names more, than one act takes at once.
    """
    lines = {
        number: cell
        for number, line in enumerate(text.splitlines(), 1)
        if (cell := _cell_of(line)) and not (number == 1 and cell.lower() in _HEADINGS)
    }
    if len(lines) > conf.BULK_MAX_ROWS:
        raise BulkTooLarge(conf.BULK_MAX_ROWS)
    reading = _Reading(dict(lines))
    for look in (_handles, _codes, _batches, _orders):
        look(reading)
    for number, cell in reading.waiting.items():
        reading.missing[number] = ADDRESS if normalise_mail(cell) else UNKNOWN
    return Listed(
        entitlement_ids=frozenset(reading.found),
        lines=len(lines),
        missing=sorted(reading.missing.items()),
    )


def _cell_of(line: str) -> str:
    """Give the cell of a line that names something: a handle wherever it stands, or the first."""
    cells = [one.strip(" \t\"'\ufeff").replace("\x00", "") for one in _DIVIDERS.split(line)]
    handles = [one for one in cells if one.lower().startswith(PREFIX)]
    return (handles or [one for one in cells if one] or [""])[0][:LONGEST]


def _handles(reading: _Reading) -> None:
    meant: dict[int, UUID] = {}
    for number, cell in reading.waiting.items():
        if cell.lower().startswith(PREFIX):
            try:
                meant[number] = id_of(cell)
            except NotFound:
                continue
    there = set(_looked_up(set(meant.values()), lambda some: _ids(pk__in=some)))
    for number, pk in meant.items():
        if pk in there:
            reading.settle(number, [pk])


def _codes(reading: _Reading) -> None:
    ring, meant = keyring(), {}
    for number, cell in reading.waiting.items():
        try:
            lookups = ring.lookups("code:", normalise(cell))
        except CodeMalformed:
            continue
        meant[number] = {(one.key_id, one.digest) for one in lookups}
    digests = {digest for pairs in meant.values() for _, digest in pairs}
    there = {(key, digest): pk for key, digest, pk in _looked_up(digests, _codes_of)}
    for number, pairs in meant.items():
        if ids := [there[pair] for pair in pairs if pair in there]:
            reading.settle(number, ids)


def _batches(reading: _Reading) -> None:
    meant = {number: (cell, _PIECES.fullmatch(cell)) for number, cell in reading.waiting.items()}
    names = {cell for cell, _ in meant.values()}
    names |= {pieces["name"] for _, pieces in meant.values() if pieces}
    there = dict(_looked_up(names, _batches_of))
    for number, (cell, pieces) in meant.items():
        if cell in there:
            reading.settle(number, _some(batch=there[cell]))
        elif pieces and pieces["name"] in there:
            first, last = int(pieces["first"]), int(pieces["last"] or pieces["first"])
            ids = _some(batch=there[pieces["name"]], batch_ordinal__range=(first, last))
            if ids:
                reading.settle(number, ids)


def _orders(reading: _Reading) -> None:
    """Find orders by their number; one that two shops have names neither."""
    named = {one.removeprefix("#") for one in reading.waiting.values()}
    asked = named | {f"#{one}" for one in named} | {one.upper() for one in named}
    there: dict[str, set[UUID]] = {}
    for pk, reference, called in _looked_up(asked, _purchases_of):
        for name in {reference, called, called.removeprefix("#")} - {""}:
            there.setdefault(name, set()).add(pk)
    for number, cell in list(reading.waiting.items()):
        bare = cell.removeprefix("#")
        orders = there.get(cell) or there.get(bare) or there.get(bare.upper()) or set()
        if len(orders) > 1:
            reading.missing[number] = AMBIGUOUS
            del reading.waiting[number]
        elif orders and (ids := _some(purchase__in=orders)):
            reading.settle(number, ids)


def _looked_up(
    wanted: Iterable[Wanted], look: Callable[[list[Wanted]], Iterable[Found]]
) -> Iterator[Found]:
    """Look some thousand up at a time."""
    waiting = iter(wanted)
    while some := list(islice(waiting, AT_ONCE)):
        yield from look(some)


def _ids(**which: Any) -> Iterable[UUID]:
    return Entitlement.objects.filter(**which).values_list("pk", flat=True)


def _some(**which: Any) -> list[UUID]:
    return list(Entitlement.objects.filter(**which).values_list("pk", flat=True)[: _most() + 1])


def _most() -> int:
    return int(conf.BULK_MAX_ROWS)


def _codes_of(digests: list[bytes]) -> Iterator[tuple[int, bytes, UUID]]:
    found = Code.objects.filter(lookup__in=digests)
    for key_id, digest, entitlement_id in found.values_list("key_id", "lookup", "entitlement_id"):
        yield key_id, bytes(digest), entitlement_id


def _batches_of(names: list[str]) -> Iterable[tuple[str, UUID]]:
    return Batch.objects.filter(name__in=names).values_list("name", "pk")


def _purchases_of(names: list[str]) -> Iterable[tuple[UUID, str, str]]:
    by_reference = Purchase.objects.filter(external_reference__in=names)
    by_number = Purchase.objects.filter(number__in=names).exclude(number="")
    columns = ("pk", "external_reference", "number")
    yield from by_reference.values_list(*columns)
    yield from by_number.values_list(*columns)
