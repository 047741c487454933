"""Asking for long work, stopping it, and taking it up again."""

from datetime import datetime
from uuid import uuid4

import pytest

from counterfoil.errors import JobFinished, NotFound
from counterfoil.models import Job, JobStatus
from counterfoil.operations.continue_job import continue_job
from counterfoil.operations.request_job import request_job
from counterfoil.operations.stop_job import stop_job
from counterfoil.rules.jobs import JobKind
from counterfoil.testing.builders import OPERATOR
from tests.records import unchanged


def ask(at: datetime, *, total: int | None = None) -> Job:
    return request_job(
        kind=JobKind.MINT, key="batch", parameters={"n": 5}, by=OPERATOR, at=at, total=total
    )


def test_asking_again_gives_the_same_job(at: datetime) -> None:
    first = ask(at, total=5)

    assert ask(at, total=7) == first
    assert Job.objects.get().total == 5
    assert Job.objects.get().parameters == {"n": 5}


def test_what_has_not_begun_never_begins(at: datetime) -> None:
    job = stop_job(job_id=ask(at).pk, by=OPERATOR, at=at)

    assert (job.status, job.finished_at) == (JobStatus.STOPPED, at)
    with unchanged():
        stop_job(job_id=job.pk, by=OPERATOR, at=at)


def test_what_is_stopped_can_be_continued_once(at: datetime) -> None:
    job = stop_job(job_id=ask(at).pk, by=OPERATOR, at=at)

    job = continue_job(job_id=job.pk, by=OPERATOR, at=at)

    assert (job.status, job.finished_at, job.stop_requested_at) == (JobStatus.WAITING, None, None)
    with unchanged():
        continue_job(job_id=job.pk, by=OPERATOR, at=at)


@pytest.mark.parametrize("act", [stop_job, continue_job])
def test_what_has_ended_stays_as_it_is(at: datetime, act: type) -> None:
    job = ask(at)
    Job.objects.update(status=JobStatus.DONE, finished_at=at)

    with unchanged(), pytest.raises(JobFinished):
        act(job_id=job.pk, by=OPERATOR, at=at)


@pytest.mark.parametrize("act", [stop_job, continue_job])
def test_there_is_no_such_job(at: datetime, act: type) -> None:
    with pytest.raises(NotFound):
        act(job_id=uuid4(), by=OPERATOR, at=at)
