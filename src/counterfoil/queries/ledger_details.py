"""The parts of the ledger: every entry of one act, one remark of the audit, and files of them."""

import csv
import heapq
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from counterfoil.errors import LedgerTooWide, NotFound
from counterfoil.models import AuditEntry, Entry, Seal
from counterfoil.models.ids import handle_of
from counterfoil.queries._beside_ledger import beside
from counterfoil.queries.ledger import Asked, entries, in_time
from counterfoil.rules.spreadsheets import formula_safe

ENTRIES = 100
MOST_LINES = 100_000
HEADINGS = (
    "recorded_at",
    "act",
    "actor_kind",
    "actor_id",
    "actor",
    "entitlement",
    "entry",
    "purchase",
    "from",
    "to",
    "reason",
    "comment",
    "ticket",
    "about",
    "act_id",
    "link",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class EntrySeen:
    """One entry of an act, and the number of its link in the chain."""

    handle: str
    seq: int
    moved: str
    recorded_at: datetime
    data: Mapping[str, Any]
    link: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ActSeen:
    """One act: who did what and why, to how many, and a page of its entries."""

    id: UUID
    name: str
    who_id: str
    who: str
    hand: str
    on_behalf_of: str
    reason: str
    comment: str
    case: str
    at: datetime
    count: int
    purchase_id: UUID | None
    entries: Sequence[EntrySeen]
    next: str


def one_act(act_id: UUID, *, after: UUID | None) -> ActSeen:
    """
    Give an act with some of its entries, those of entitlements after one.

    :raises NotFound: if nothing was done under this id.
    """
    rows = Entry.objects.filter(act=act_id).order_by("entitlement_id", "seq")
    first = rows.first()
    if first is None:
        raise NotFound("There is no such act.")
    page = list((rows.filter(entitlement_id__gt=after) if after else rows)[:ENTRIES])
    seals = Seal.objects.filter(entitlement_id__in=[one.entitlement_id for one in page])
    links = {(one.entitlement_id, one.seq): one.seal_seq for one in seals}
    return ActSeen(
        id=act_id,
        name=first.act_name,
        who_id=first.actor_id,
        who=first.actor_display or first.actor_id,
        hand=first.actor_kind,
        on_behalf_of=first.on_behalf_of,
        reason=first.reason,
        comment=first.comment,
        case=str(first.data.get("case", "")),
        at=first.recorded_at,
        count=rows.count(),
        purchase_id=first.purchase_id,
        entries=[
            EntrySeen(
                handle=handle_of(one.entitlement_id),
                seq=one.seq,
                moved=_moved(one),
                recorded_at=one.recorded_at,
                data=one.data,
                link=links.get((one.entitlement_id, one.seq)),
            )
            for one in page
        ],
        next=str(page[-1].entitlement_id) if len(page) == ENTRIES else "",
    )


def one_remark(remark_id: UUID) -> AuditEntry:
    """
    Give one line of what staff did beside the ledger.

    :raises NotFound: if there is none of this id.
    """
    found = AuditEntry.objects.select_related("connection").filter(pk=remark_id).first()
    if found is None:
        raise NotFound("There is no such line.")
    return found


def summary(asked: Asked, *, now: datetime) -> tuple[tuple[str, int, int], ...]:
    """
    Count what is asked for by act: how many acts, and of how many entitlements. Most first.

    :raises LedgerTooWide: if that takes too long.
    """
    span = asked.span(now)
    with in_time():
        rows = entries(asked, span).order_by().values("act_name")
        counted = list(
            rows.annotate(
                acts=Count("act", distinct=True), units=Count("entitlement_id", distinct=True)
            )
        )
        lines = Counter(line.act for line in beside(asked, span, None, most=MOST_LINES))
    told = [(one["act_name"], one["acts"], one["units"]) for one in counted]
    told += [(act, count, 0) for act, count in lines.items()]
    return tuple(sorted(told, key=lambda it: (-it[1], it[0])))


def csv_lines(asked: Asked, *, now: datetime) -> Iterator[str]:
    """
    Write what is asked for as lines of a spreadsheet, an entry each, the newest first.

    :raises LedgerTooWide: if there are more lines than a spreadsheet is given.
    """
    span = asked.span(now)
    with in_time():
        rows = entries(asked, span).order_by("-recorded_at", "-entitlement_id", "-seq")
        if rows[: MOST_LINES + 1].count() > MOST_LINES:
            raise LedgerTooWide(f"More than {MOST_LINES:,} lines: ask for fewer days.")
        others = beside(asked, span, None, most=MOST_LINES)
    others.sort(key=lambda line: line.cut, reverse=True)
    told = (
        (
            line.at,
            [
                *(line.at.isoformat(), line.act, line.hand, line.who_id, line.who, line.where),
                *("", "", "", "", line.reason, line.comment, line.case, line.subject, "", ""),
            ],
        )
        for line in others
    )
    kept = ((one.recorded_at, _cells(one, link)) for one, link in _linked(rows))
    merged = heapq.merge(kept, told, key=lambda it: it[0], reverse=True)
    return _written(cells for _, cells in merged)


def _written(rows: Iterable[list[str]]) -> Iterator[str]:
    yield _one(HEADINGS)
    for cells in rows:
        yield _one(cells)


def _one(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([formula_safe(cell) for cell in cells])
    return buffer.getvalue()


def _linked(rows: Any) -> Iterator[tuple[Entry, int | None]]:
    """Give entries with the numbers of their links, some thousand at a time."""
    some: list[Entry] = []
    for one in rows.iterator(chunk_size=2_000):
        some.append(one)
        if len(some) == 2_000:
            yield from _with_links(some)
            some = []
    yield from _with_links(some)


def _with_links(some: Sequence[Entry]) -> Iterator[tuple[Entry, int | None]]:
    seals = Seal.objects.filter(entitlement_id__in={one.entitlement_id for one in some})
    links = {(it[0], it[1]): it[2] for it in seals.values_list("entitlement_id", "seq", "seal_seq")}
    for one in some:
        yield one, links.get((one.entitlement_id, one.seq))


def _cells(one: Entry, link: int | None) -> list[str]:
    return [
        one.recorded_at.isoformat(),
        one.act_name,
        one.actor_kind,
        one.actor_id,
        one.actor_display,
        handle_of(one.entitlement_id),
        str(one.seq),
        str(one.purchase_id or ""),
        one.from_state or "",
        one.to_state,
        one.reason,
        one.comment,
        str(one.data.get("case", "")),
        "",
        str(one.act),
        str(link or ""),
    ]


def _moved(one: Entry) -> str:
    return f"{one.from_state or 'new'} → {one.to_state}" if one.move else one.to_state
