"""Reconciling as long work: done in steps, each of which may be done twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counterfoil.errors import AccessLost
from counterfoil.intake.sweep import sweep
from counterfoil.jobs.reconciling import reconcile_step
from counterfoil.jobs.running import work_jobs
from counterfoil.jobs.steps import Progress
from counterfoil.models import Difference, Entitlement, ExceptionCase, Job, ReconcileRun
from counterfoil.operations.request_job import request_job
from counterfoil.rules.jobs import JobKind
from counterfoil.testing.builders import OPERATOR, now
from tests.outside.opening import Corner, corner
from tests.records import assert_kept

__all__ = ["corner"]
pytestmark = pytest.mark.django_db


def ask(corner: Corner) -> Job:
    since = (now() - timedelta(days=30)).isoformat()
    return request_job(
        kind=JobKind.RECONCILE,
        key="corner",
        parameters={"connection": corner.connection.slug, "since": since},
        by=OPERATOR,
        at=now(),
    )


def keep(job: Job, progress: Progress) -> None:
    job.cursor, job.done, job.total = dict(progress.cursor), progress.done, progress.total


def test_whoever_died_has_a_step_done_twice_and_nothing_happens_twice(corner: Corner) -> None:
    for number in range(4):
        corner.sell(f"C-{number}")
    job = ask(corner)
    keep(job, reconcile_step(job, at=timezone.now()))

    reconcile_step(job, at=timezone.now())  # and died before its progress was kept
    progress = reconcile_step(job, at=timezone.now())
    keep(job, progress)
    while not progress.is_finished:
        progress = reconcile_step(job, at=timezone.now())
        keep(job, progress)

    run = ReconcileRun.objects.get()
    assert (run.is_complete, Entitlement.objects.count()) == (True, 8)
    assert sorted(Difference.objects.values_list("reference", flat=True)) == [
        f"C-{number}" for number in range(4)
    ]
    assert_kept()


def test_a_step_reads_no_more_of_our_purchases_than_it_looks_at(
    corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        corner.sell(f"C-{number}")
    sweep(connection=corner.connection, since=now() - timedelta(days=1))
    for number in range(3):
        corner.lose(f"C-{number}")
    job = ask(corner)
    keep(job, reconcile_step(job, at=timezone.now()))
    monkeypatch.setattr("counterfoil.jobs.reconciling.MOST_HERE", 2)

    with CaptureQueriesContext(connection) as queries:
        keep(job, reconcile_step(job, at=timezone.now()))

    assert job.done == 2
    [ours] = [one["sql"] for one in queries if '"state_as_of" <' in one["sql"]]
    assert ours.endswith("LIMIT 2")


def test_a_channel_that_does_not_let_us_in_is_shown_and_the_work_waits(corner: Corner) -> None:
    corner.sell()
    corner.book.trouble = AccessLost("the app was uninstalled")
    job = ask(corner)
    work_jobs()

    job.refresh_from_db()
    assert job.last_error.startswith("access_lost")
    assert ExceptionCase.objects.get().kind == "connection_broken"

    corner.book.trouble = None
    Job.objects.update(next_attempt_at=now())
    while work_jobs():
        pass
    job.refresh_from_db()
    assert (job.status, job.result["missed"]) == ("done", 1)
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()


def test_nothing_to_look_at_is_done_at_once(corner: Corner) -> None:
    job = ask(corner)
    while work_jobs():
        pass
    job.refresh_from_db()
    assert (job.status, job.done) == ("done", 0)
    assert ReconcileRun.objects.get().is_complete
