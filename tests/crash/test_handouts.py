"""A hand-out whose worker is killed, again and again, at a later moment each time."""

import pytest
from django.db.models.functions import Now

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Gift, Job
from tests.crash.doomed import perform
from tests.handouts import confirm, outcomes, upload
from tests.partnership import make_clinic
from tests.records import assert_kept

pytestmark = pytest.mark.django_db(transaction=True)

MAILS = [f"person-{number}@example.com" for number in range(3)]
EVERY = 12


def test_nobody_is_given_two_wherever_the_worker_is_killed() -> None:
    clinic = make_clinic(quantity=9)
    handout = upload(clinic, MAILS).handout
    confirm(clinic, handout)
    deaths = 0

    for moment in range(3, 2_000, EVERY):
        died = perform(work_jobs, killed_at=moment)
        assert Gift.objects.count() <= len(MAILS)
        assert_kept()
        if died is None:
            break
        deaths += 1
        Job.objects.filter(finished_at=None).update(next_attempt_at=Now())  # the lease ran out

    handout.refresh_from_db()
    assert handout.status == "done"
    assert outcomes(handout) == ["sent"] * len(MAILS)
    assert Gift.objects.count() == Gift.objects.values("recipient").distinct().count() == 3
    assert deaths > 3
