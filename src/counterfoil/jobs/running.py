"""Carrying jobs out: one step after the other, by any number of workers at once."""

import logging
import time
from datetime import datetime, timedelta

from django.db import connection as database
from django.db.models.functions import Now

from counterfoil.errors import CounterfoilError, Unavailable
from counterfoil.intake.clock import database_now
from counterfoil.jobs.catalogue import STEPS
from counterfoil.jobs.leasing import LEASE_SECONDS
from counterfoil.jobs.steps import Progress, Step
from counterfoil.models import Job, JobStatus
from counterfoil.operations.park import park
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

SLICE_SECONDS = 5.0  # then another job may have its turn
MOST_ATTEMPTS = 10
PATIENCE = timedelta(hours=72)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)

_LEASE = """
WITH due AS MATERIALIZED (
    SELECT id FROM counterfoil_job
     WHERE finished_at IS NULL AND next_attempt_at <= clock_timestamp()
     ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE counterfoil_job j
   SET status = 'running',
       started_at = coalesce(j.started_at, clock_timestamp()),
       attempts = j.attempts + 1,
       next_attempt_at = clock_timestamp() + make_interval(secs => %(seconds)s)
  FROM due WHERE j.id = due.id
RETURNING j.id
"""

log = logging.getLogger(__name__)


def work_jobs(*, limit: int = 100) -> int:
    """
    Give jobs that are due a turn each, and give how many turns were given.

    A job is leased for two minutes before every step; if whoever took it dies, the next one takes
    it up from the last progress that was kept.
    """
    for taken in range(limit):
        job = _lease()
        if job is None:
            return taken
        work_job(job)
    return limit


def work_job(job: Job, *, step: Step | None = None, seconds: float = SLICE_SECONDS) -> None:
    """
    Do steps of a leased job for some seconds, at least one.

    Nothing is raised: a step that fails is tried again later, and in the end the job has failed
    and is before a person. One bad job never holds up another.
    """
    ends = time.monotonic() + seconds
    try:
        chosen = step or STEPS[job.kind]
        while True:
            at = database_now()
            if job.stop_requested_at is not None:
                _finish(job, JobStatus.STOPPED, at)
                return
            _keep(job, progress := chosen(job, at=at))
            if progress.is_finished:
                _finish(job, JobStatus.DONE, database_now())
                return
            if time.monotonic() >= ends:
                Job.objects.filter(pk=job.pk, finished_at=None).update(next_attempt_at=Now())
                return
    except Exception as error:  # noqa: BLE001 - whatever it is, the next job must have its turn
        _failed(job, error)


def _lease() -> Job | None:
    with database.cursor() as cursor:
        cursor.execute(_LEASE, {"seconds": LEASE_SECONDS})
        found = cursor.fetchone()
    return Job.objects.get(pk=found[0]) if found else None


def _keep(job: Job, progress: Progress) -> None:
    """Keep the progress, prolong the lease, and see whether somebody wants it stopped."""
    Job.objects.filter(pk=job.pk).update(
        done=progress.done,
        total=progress.total,
        problems=progress.problems,
        cursor=dict(progress.cursor),
        attempts=0,
        last_error="",
        next_attempt_at=Now() + timedelta(seconds=LEASE_SECONDS),
    )
    result = dict(progress.result)
    job.refresh_from_db()
    if result:
        job.result = {**job.result, **result}
        Job.objects.filter(pk=job.pk).update(result=job.result)


def _finish(job: Job, status: JobStatus, at: datetime) -> None:
    Job.objects.filter(pk=job.pk, finished_at=None).update(status=status, finished_at=at)


def _failed(job: Job, error: Exception) -> None:
    name = error.code if isinstance(error, CounterfoilError) else type(error).__name__
    text = (str(error).splitlines() or [""])[0]  # what databases add after it quotes the rows
    said = f"{name}: {text}"[:300]
    log.warning("job %s failed: %s", job.pk, said)
    at = database_now()
    if isinstance(error, Unavailable):
        hopeless = at - (job.started_at or at) > PATIENCE
    else:
        hopeless = job.attempts >= MOST_ATTEMPTS
    if not hopeless:
        pause = min(FIRST_PAUSE * 3 ** min(max(job.attempts - 1, 0), 8), LONGEST_PAUSE)
        Job.objects.filter(pk=job.pk, finished_at=None).update(
            next_attempt_at=Now() + pause, last_error=said
        )
        return
    Job.objects.filter(pk=job.pk, finished_at=None).update(
        status=JobStatus.FAILED, finished_at=at, last_error=said
    )
    park(
        kind=ExceptionKind.JOB_FAILED,
        key=str(job.pk),
        evidence={
            "job": job.kind,
            "about": job.key,
            "done": job.done,
            "of": job.total,
            "error": said,
        },
        by=SYSTEM,
        at=at,
    )
