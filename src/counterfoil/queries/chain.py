"""How does the chain of the ledger stand, and is it whole?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from counterfoil.models import Entry, Job, Seal
from counterfoil.rules.jobs import JobKind

GRACE = timedelta(seconds=60)  # by when every entry is sealed
LINES = 2_000  # of the chain read at once, so that no snapshot is held while somebody downloads
SHOWN = 10

FIELDS = (
    "entitlement_id",
    "seq",
    "purchase_id",
    "act",
    "act_name",
    "move",
    "from_state",
    "to_state",
    "actor_kind",
    "actor_id",
    "actor_display",
    "on_behalf_of",
    "reason",
    "comment",
    "at",
    "recorded_at",
    "judged_expiry",
    "data",
)
"""What of an entry is under its seal, in the order in which it is hashed."""

_MOMENTS = ("at", "recorded_at", "judged_expiry")
_TEXTS = ", ".join(
    f"counterfoil_moment(n.{name})" if name in _MOMENTS else f"n.{name}::text" for name in FIELDS
)

# A link is as it should be, or the first thing that is wrong with it.
_CHECK = r"""
WITH links AS MATERIALIZED (
    SELECT s.seal_seq, s.hash,
           CASE WHEN s.seal_seq <> lag(s.seal_seq, 1, %(after)s::bigint) OVER w + 1 THEN 'gap'
                WHEN s.prev <> lag(s.hash, 1, %(before)s::bytea) OVER w THEN 'unlinked'
                WHEN n.entitlement_id IS NULL THEN 'missing'
                WHEN s.hash <> sha256(s.prev || counterfoil_entry_bytes(n)) THEN 'changed'
           END AS fault
      FROM counterfoil_seal s
      LEFT JOIN counterfoil_entry n ON n.entitlement_id = s.entitlement_id AND n.seq = s.seq
     WHERE s.seal_seq > %(after)s AND s.seal_seq <= %(upto)s
    WINDOW w AS (ORDER BY s.seal_seq)),
first AS (SELECT seal_seq, fault FROM links WHERE fault IS NOT NULL ORDER BY seal_seq LIMIT 1),
last AS (SELECT seal_seq, hash FROM links ORDER BY seal_seq DESC LIMIT 1)
SELECT last.seal_seq, encode(last.hash, 'hex'), first.seal_seq, first.fault
  FROM (SELECT) one LEFT JOIN last ON true LEFT JOIN first ON true"""

_UNSEALED = """
SELECT count(*) FROM counterfoil_entry n
 WHERE n.recorded_at < statement_timestamp() - make_interval(secs => %(grace)s)
   AND NOT EXISTS (SELECT FROM counterfoil_seal s
                    WHERE s.entitlement_id = n.entitlement_id AND s.seq = n.seq)"""

_LINES = f"""
SELECT s.seal_seq, encode(s.prev, 'hex'), encode(s.hash, 'hex'), counterfoil_moment(s.sealed_at),
       {_TEXTS}
  FROM counterfoil_seal s
  LEFT JOIN counterfoil_entry n ON n.entitlement_id = s.entitlement_id AND n.seq = s.seq
 WHERE s.seal_seq > %(after)s AND s.seal_seq <= %(upto)s ORDER BY s.seal_seq LIMIT %(most)s
"""  # noqa: S608 - ours


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """How many links there are, and the hash of the last: kept elsewhere, it proves the rest."""

    number: int
    hash: str
    sealed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """How far a check came, the hash there, and the first fault if there was one."""

    last: int
    hash: str
    broken_at: int | None = None
    fault: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """A check of the whole chain: by whom, how far it is, and what it found."""

    id: str
    status: str
    done: int
    total: int | None
    asked_by: str
    asked_for: str
    asked_at: datetime
    finished_at: datetime | None
    result: Mapping[str, Any]

    @property
    def is_running(self) -> bool:
        """Tell whether it is still at work."""
        return self.finished_at is None

    @property
    def percent(self) -> int | None:
        """Give how much of it is done, in whole percent."""
        return min(self.done * 100 // self.total, 100) if self.total else None


def head() -> Checkpoint:
    """Give the checkpoint of this moment; number 0 as long as nothing is sealed."""
    last = Seal.objects.order_by("-seal_seq").first()
    if last is None:
        return Checkpoint(number=0, hash="")
    return Checkpoint(number=last.seal_seq, hash=bytes(last.hash).hex(), sealed_at=last.sealed_at)


def waiting_to_be_sealed(*, now: datetime) -> tuple[int, bool]:
    """Count the newest entries that are not sealed yet, and tell whether one waits too long."""
    waiting = Entry.objects.filter(dispatched_at=None).exclude(
        Exists(Seal.objects.filter(entitlement_id=OuterRef("entitlement_id"), seq=OuterRef("seq")))
    )
    count = waiting[:10_000].count()
    return count, bool(count) and waiting.filter(recorded_at__lt=now - GRACE).exists()


def check_links(*, after: Checked, upto: int) -> Checked:
    """Compare the links after one that was checked with their entries, up to a number."""
    before = bytes.fromhex(after.hash) if after.hash else b"\x00"
    with connection.cursor() as cursor:
        cursor.execute(_CHECK, {"after": after.last, "before": before, "upto": upto})
        last, hash_, broken_at, fault = cursor.fetchone()
    if broken_at is None and last != upto:  # the links at the end of this part are gone
        return Checked(last=upto, hash="", broken_at=(last or after.last) + 1, fault="gap")
    return Checked(last=upto, hash=hash_ or "", broken_at=broken_at, fault=fault or "")


def count_unsealed() -> int:
    """Count entries that should be sealed by now and are not: somebody slipped them in."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSEALED, {"grace": GRACE.total_seconds()})
        found: int = cursor.fetchone()[0]
    return found


def agrees(kept: Checkpoint) -> bool:
    """Tell whether the chain still goes through a checkpoint that was kept elsewhere."""
    seal = Seal.objects.filter(seal_seq=kept.number).first()
    return seal is not None and bytes(seal.hash).hex() == kept.hash.strip().lower()


def verifications() -> tuple[Verification, ...]:
    """Give the last checks of the whole chain, the newest first."""
    jobs = Job.objects.filter(kind=JobKind.VERIFY.value).order_by("-created_at")[:SHOWN]
    return tuple(
        Verification(
            id=str(job.pk),
            status=job.status,
            done=job.done,
            total=job.total,
            asked_by=job.requested_by,
            asked_for=job.requested_for,
            asked_at=job.created_at,
            finished_at=job.finished_at,
            result=job.result,
        )
        for job in jobs
    )


def chain(*, after: int, upto: int) -> Iterator[Mapping[str, Any]]:
    """Give the links from one to another, each with all that its hash is made of, as texts."""
    while after < upto:
        with connection.cursor() as cursor:
            cursor.execute(_LINES, {"after": after, "upto": upto, "most": LINES})
            rows = cursor.fetchall()
        if not rows:
            return
        for number, prev, hash_, sealed_at, *texts in rows:
            yield {
                "number": number,
                "prev": prev,
                "hash": hash_,
                "sealed_at": sealed_at,
                "entry": dict(zip(FIELDS, texts, strict=True)),
            }
        after = rows[-1][0]
