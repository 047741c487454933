"""
Who did what, when and why: the ledger of all entitlements, and what staff did beside it.

What one act did to many entitlements is one line, which says how many. A page goes back from a
moment: the whole of it is read by index for what staff did, for one purchase and for one ticket;
of everybody else's acts only some days at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from counterfoil.errors import LedgerTooWide, NotFound
from counterfoil.models import Entry, Seal
from counterfoil.models.ids import handle_of, id_of, uuid_of
from counterfoil.queries._beside_ledger import beside
from counterfoil.queries._ledger_lines import Cut, Line
from counterfoil.rules.people import ActorKind

PAGE = 50
DAYS = 7  # of everybody's acts, unless somebody asks for others
CHUNK = 400
SECONDS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """
    What of the ledger is asked for; empty is any.

    ``about`` is a handle or the id of a purchase, ``case`` a ticket, ``hand`` the sort of actor.
    """

    who: str = ""
    hand: str = ActorKind.OPERATOR.value
    act: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None
    about: str = ""
    case: str = ""

    @property
    def is_led_by_index(self) -> bool:
        """Tell whether the whole ledger can be asked this without reading all of it."""
        return self.hand == ActorKind.OPERATOR or bool(self.about or self.case)

    def span(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Give from when until when; a few days back where the question has no other bound."""
        since = _start(self.since) if self.since else None
        until = _start(self.until + timedelta(days=1)) if self.until else None
        if since is None and not self.is_led_by_index:
            since = (until or now) - timedelta(days=DAYS)
        return since, until


def page(asked: Asked, *, now: datetime, before: Cut | None) -> tuple[Line, ...]:
    """
    Give a page of the ledger, the newest first, from the cut on; one more than fits if there is.

    :raises LedgerTooWide: if finding it takes too long.
    """
    span = asked.span(now)
    with in_time():
        lines = _entries(asked, span, before)
        lines += beside(asked, span, before, most=PAGE + 1)
    lines.sort(key=lambda line: line.cut, reverse=True)
    return tuple(lines[: PAGE + 1])


@contextmanager
def in_time() -> Iterator[None]:
    """
    Let nothing that is asked within take longer than some seconds.

    :raises LedgerTooWide: if it does.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if "statement timeout" in str(error):
            raise LedgerTooWide from error
        raise


def entries(asked: Asked, span: tuple[datetime | None, datetime | None]) -> QuerySet[Entry]:
    """Give the entries that are asked for, in no order."""
    rows = Entry.objects.all()
    since, until = span
    wanted: Mapping[str, Any] = {
        "actor_kind": asked.hand,
        "actor_id": asked.who,
        "act_name": asked.act,
        "reason": asked.reason,
        "recorded_at__gte": since,
        "recorded_at__lt": until,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if asked.case:
        rows = rows.filter(data__has_key="case", data__case=asked.case)
    return rows.filter(_about(asked.about)) if asked.about else rows


def _about(about: str) -> Q:
    """Name the entitlement or purchase that is meant."""
    purchase = uuid_of(about)
    if purchase is not None:
        return Q(purchase=purchase)
    try:
        return Q(entitlement=id_of(about))
    except NotFound:
        return Q(pk__in=[])


def _entries(
    asked: Asked, span: tuple[datetime | None, datetime | None], before: Cut | None
) -> list[Line]:
    """Give the newest acts, each told by its newest entry, and none that a page before told."""
    rows = entries(asked, span)
    acts = _newest_acts(rows, before)
    sizes = _sizes(rows.filter(act__in=list(acts)))
    seals = _seals([(one["entitlement_id"], one["seq"]) for one in acts.values()])
    lines = [_line(one, sizes[act], seals) for act, one in acts.items() if act in sizes]
    return [line for line in lines if before is None or line.cut < before]


def _newest_acts(rows: QuerySet[Entry], before: Cut | None) -> dict[UUID, dict[str, Any]]:
    """
    Find the newest entry of each act, some hundred entries at a time.

    Acts that are known are left out from then on: one of a hundred thousand entries is read once.
    Those that reach over the cut were told on a page before.
    """
    acts: dict[UUID, dict[str, Any]] = {}
    told: set[UUID] = set()
    edge = before.at if before else None
    while True:
        some = rows.order_by("-recorded_at", "-entitlement_id", "-seq")
        if edge is not None:
            some = some.filter(recorded_at__lte=edge)
        found = list(some.exclude(act__in=[*acts, *told]).values(*_READ)[:CHUNK])
        new: dict[UUID, dict[str, Any]] = {}
        for one in found:
            new.setdefault(one["act"], one)
        if before is not None:
            over = rows.filter(act__in=list(new), recorded_at__gt=before.at)
            told |= set(over.order_by().values_list("act", flat=True).distinct())
        acts |= {act: one for act, one in new.items() if act not in told}
        if len(found) < CHUNK or len(acts) > PAGE + 1:
            return acts
        edge = found[-1]["recorded_at"]


_READ = (
    "entitlement_id",
    "seq",
    "purchase_id",
    "act",
    "act_name",
    "from_state",
    "to_state",
    "move",
    "actor_kind",
    "actor_id",
    "actor_display",
    "on_behalf_of",
    "reason",
    "comment",
    "recorded_at",
    "data",
)


def _sizes(rows: QuerySet[Entry]) -> dict[UUID, dict[str, Any]]:
    counted = (
        rows.order_by()
        .values("act")
        .annotate(
            units=Count("entitlement_id", distinct=True),
            purchases=Count("purchase_id", distinct=True),
        )
    )
    return {one["act"]: dict(one) for one in counted}


def _seals(keys: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], int]:
    units = {entitlement for entitlement, _ in keys}
    found = Seal.objects.filter(entitlement_id__in=units, seq__in={seq for _, seq in keys})
    return {(one.entitlement_id, one.seq): one.seal_seq for one in found}


def _line(
    one: Mapping[str, Any], size: Mapping[str, Any], seals: Mapping[tuple[UUID, int], int]
) -> Line:
    units = size["units"]
    where = handle_of(one["entitlement_id"])
    if units > 1:
        where = str(one["purchase_id"] or "") if size["purchases"] == 1 else ""
    moved = f"{one['from_state'] or 'new'} → {one['to_state']}" if one["move"] else ""
    return Line(
        at=one["recorded_at"],
        key=str(one["act"]),
        act=one["act_name"],
        who_id=one["actor_id"],
        who=one["actor_display"] or one["actor_id"],
        hand=one["actor_kind"],
        reason=one["reason"],
        comment=one["comment"],
        case=str(one["data"].get("case", "")),
        units=units,
        where=where,
        moved=moved,
        seal=seals.get((one["entitlement_id"], one["seq"])),
        act_id=one["act"],
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
