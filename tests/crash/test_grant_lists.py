"""A list of grants whose worker is killed, again and again, at a later moment each time."""

import pytest
from django.db.models.functions import Now

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Entitlement, GrantRecord, Job
from tests.crash.doomed import perform
from tests.granting import MAILS, confirm, outcomes, supporter, upload
from tests.records import assert_kept

pytestmark = pytest.mark.django_db(transaction=True)

EVERY = 9


def test_nobody_is_given_two_wherever_the_worker_is_killed() -> None:
    olga = supporter()
    grant_list = upload(MAILS, olga).grant_list
    confirm(grant_list, olga)
    deaths = 0

    for moment in range(3, 2_000, EVERY):
        died = perform(work_jobs, killed_at=moment)
        assert Entitlement.objects.count() <= len(MAILS)
        assert_kept()
        if died is None:
            break
        deaths += 1
        Job.objects.filter(finished_at=None).update(next_attempt_at=Now())  # the lease ran out

    grant_list.refresh_from_db()
    assert grant_list.status == "done"
    assert outcomes(grant_list) == ["granted"] * len(MAILS)
    assert GrantRecord.objects.count() == Entitlement.objects.count() == len(MAILS)
    assert deaths > 3
