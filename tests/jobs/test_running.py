"""Long work is done step by step, whatever happens in between."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from counterfoil.errors import ChannelUnavailable
from counterfoil.jobs import catalogue, running
from counterfoil.jobs.leasing import prolong
from counterfoil.jobs.running import MOST_ATTEMPTS, PATIENCE, work_job, work_jobs
from counterfoil.jobs.steps import Step
from counterfoil.models import ExceptionCase, Job, JobStatus
from counterfoil.operations.continue_job import continue_job
from counterfoil.operations.stop_job import stop_job
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import now
from tests.jobs.work import Counting, a_job, come_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Let the worker know a kind of work that only counts."""
    step: Step = Counting()
    monkeypatch.setattr(running, "STEPS", {JobKind.RESYNC: step})
    return step


def test_it_is_done_to_the_end(counting: Counting) -> None:
    job = a_job()

    assert work_jobs() == 1

    job.refresh_from_db()
    assert (job.status, job.done, job.total) == (JobStatus.DONE, 3, 3)
    assert job.result == {"counted_to": 3}
    assert job.finished_at is not None
    assert job.started_at is not None
    assert work_jobs() == 0
    assert counting.counted == [1, 2, 3]


def test_it_gives_others_a_turn(counting: Counting) -> None:
    job = a_job()

    work_job(job, step=counting, seconds=0)

    job.refresh_from_db()
    assert job.done == 1
    assert job.status != JobStatus.DONE
    assert work_jobs() == 1
    assert counting.counted == [1, 2, 3]


def test_what_was_cut_off_is_taken_up_from_the_last_progress(counting: Counting) -> None:
    job = a_job()
    work_job(job, step=counting, seconds=0)
    counting.fails = {2: KeyboardInterrupt()}  # as if whoever works were killed

    with pytest.raises(KeyboardInterrupt):
        work_jobs()
    counting.fails = {}
    come_due()
    work_jobs()

    assert counting.counted == [1, 2, 3]
    assert Job.objects.get().status == JobStatus.DONE


def test_a_leased_job_is_left_to_whoever_has_it(counting: Counting) -> None:
    a_job()
    counting.fails = {1: KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        work_jobs()

    counting.fails = {}

    assert work_jobs() == 0
    assert Job.objects.get().status == JobStatus.RUNNING


def test_a_step_that_fails_is_tried_again_and_then_before_a_person(counting: Counting) -> None:
    bad, good = a_job("bad"), a_job("good")
    Job.objects.filter(pk=good.pk).update(cursor={"number": 1})
    counting.fails = {1: ValueError("no\nDETAIL: ann@example.com")}

    for _ in range(MOST_ATTEMPTS):
        work_jobs()
        come_due()

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.status, bad.attempts) == (JobStatus.FAILED, MOST_ATTEMPTS)
    assert bad.last_error == "ValueError: no"
    assert good.status == JobStatus.DONE
    case = ExceptionCase.objects.get()
    assert (case.kind, case.key) == ("job_failed", str(bad.pk))
    assert work_jobs() == 0

    counting.fails = {}
    continue_job(job_id=bad.pk, by=SYSTEM, at=now())
    work_jobs()

    bad.refresh_from_db()
    case.refresh_from_db()
    assert (bad.status, bad.last_error) == (JobStatus.DONE, "")
    assert case.outcome == "It was continued."


def test_what_does_not_answer_is_waited_for(counting: Counting) -> None:
    job = a_job()
    counting.fails = {1: ChannelUnavailable("502")}

    for _ in range(MOST_ATTEMPTS + 2):
        work_jobs()
        come_due()

    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING
    Job.objects.update(started_at=timezone.now() - PATIENCE - timedelta(minutes=1))
    work_jobs()
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED


def test_it_stops_between_two_steps_and_goes_on_from_there(counting: Counting) -> None:
    job = a_job()
    work_job(job, step=counting, seconds=0)
    Job.objects.update(status=JobStatus.RUNNING)

    stop_job(job_id=job.pk, by=SYSTEM, at=now())
    work_jobs()

    job.refresh_from_db()
    assert (job.status, job.done) == (JobStatus.STOPPED, 1)
    assert work_jobs() == 0
    continue_job(job_id=job.pk, by=SYSTEM, at=now())
    work_jobs()
    assert counting.counted == [1, 2, 3]


def test_nobody_knows_this_kind_of_work() -> None:
    job = a_job()
    Job.objects.update(kind="knitting")

    work_jobs()

    job.refresh_from_db()
    assert job.last_error.startswith("KeyError")


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_job(monkeypatch: pytest.MonkeyPatch) -> None:
    step = Counting(total=1)
    monkeypatch.setattr(running, "STEPS", {JobKind.RESYNC: step})
    for number in range(20):
        a_job(str(number))

    def work() -> None:
        work_jobs()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(step.counted) == 20
    assert Job.objects.filter(status=JobStatus.DONE).count() == 20


def test_every_kind_that_is_offered_has_a_step() -> None:
    assert set(catalogue.STEPS) == set(JobKind)


def test_a_step_that_takes_long_keeps_its_job() -> None:
    job = a_job()
    come_due()

    prolong(job)

    assert work_jobs() == 0
