"""Long work as staff see it."""

import pytest
from django.test import Client
from tests.console.conftest import SignedIn
from tests.jobs.work import Counting, a_job

from counterfoil.jobs.running import work_job
from counterfoil.models import Job, JobStatus

pytestmark = pytest.mark.django_db


def test_it_is_listed_with_how_far_it_has_come(support: Client) -> None:
    assert "Nothing yet" in support.get("/console/jobs/").content.decode()
    job = a_job("shopify since yesterday")
    work_job(job, step=Counting(total=4), seconds=0)

    listed = support.get("/console/jobs/").content.decode()
    page = support.get(f"/console/jobs/{job.pk}/").content.decode()

    for text in (listed, page):
        assert "Ask a channel about many orders" in text
        assert "shopify since yesterday" in text
        assert 'value="25"' in text
        assert "1 of 4" in text
    assert 'http-equiv="refresh"' in page


def test_it_is_stopped_and_continued(signed_in: SignedIn) -> None:
    job, staff = a_job(), signed_in("Operations")

    staff.post(f"/console/jobs/{job.pk}/stop/")

    assert Job.objects.get().status == JobStatus.STOPPED
    page = staff.get(f"/console/jobs/{job.pk}/").content.decode()
    assert "Continue" in page
    assert 'http-equiv="refresh"' not in page
    staff.post(f"/console/jobs/{job.pk}/continue/")
    assert Job.objects.get().status == JobStatus.WAITING


def test_what_has_ended_meanwhile_is_said(signed_in: SignedIn) -> None:
    job, staff = a_job(), signed_in("Operations")
    work_job(job, step=Counting())

    for act in ("stop", "continue"):
        answer = staff.post(f"/console/jobs/{job.pk}/{act}/", follow=True)

        assert "This work has come to its end." in answer.content.decode()
    assert Job.objects.get().status == JobStatus.DONE


def test_who_only_reads_sees_no_buttons(signed_in: SignedIn) -> None:
    job = a_job()

    page = signed_in("Auditor").get(f"/console/jobs/{job.pk}/").content.decode()

    assert "/stop/" not in page
