"""What long work is there, and how far has it come?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import Job, JobStatus

PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class JobSeen:
    """
    A job as it is told of.

    ``total`` is ``None`` as long as nobody has counted; ``problems`` are those of ``done`` that
    came to nothing. ``is_stopping`` is true between being told to stop and having stopped.
    """

    id: UUID
    kind: str
    key: str
    status: str
    done: int
    total: int | None
    problems: int
    is_stopping: bool
    requested_for: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    result: Mapping[str, Any]
    last_error: str

    @property
    def percent(self) -> int | None:
        """Give how much of it is done, in whole percent, rounded down."""
        return min(self.done * 100 // self.total, 100) if self.total else None


@dataclass(frozen=True, kw_only=True, slots=True)
class JobsSought:
    """Which jobs; what is empty narrows nothing down."""

    kind: str = ""
    status: str = ""
    requested_by: str = ""


def jobs(
    sought: JobsSought = JobsSought(), *, before: UUID | None = None, most: int = PAGE
) -> tuple[JobSeen, ...]:
    """Give a page of jobs, the newest first, from the one ``before`` on."""
    wanted = {name: value for name, value in asdict(sought).items() if value}
    rows = Job.objects.filter(**wanted).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return tuple(_seen(row) for row in rows[:most])


def one_job(job_id: UUID, *, requested_by: str | None = None) -> JobSeen:
    """
    Give one job; with ``requested_by`` only if that actor asked for it.

    :raises NotFound: if there is none.
    """
    rows = Job.objects.filter(pk=job_id)
    if requested_by is not None:
        rows = rows.filter(requested_by=requested_by)
    row = rows.first()
    if row is None:
        raise NotFound("There is no such job.")
    return _seen(row)


def _seen(row: Job) -> JobSeen:
    return JobSeen(
        id=row.pk,
        kind=row.kind,
        key=row.key,
        status=row.status,
        done=row.done,
        total=row.total,
        problems=row.problems,
        is_stopping=row.stop_requested_at is not None
        and row.status in (JobStatus.WAITING, JobStatus.RUNNING),
        requested_for=row.requested_for,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        result=row.result,
        last_error=row.last_error,
    )
