"""An act on many whose worker is killed, again and again, at a later moment each time."""

import pytest
from django.db.models.functions import Now

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Code, Entry, Job
from counterfoil.operations import carry_out_bulk
from counterfoil.rules.acts import Act
from counterfoil.testing.builders import issue_one
from tests.bulks import confirm, outcomes, preview
from tests.crash.doomed import perform
from tests.records import assert_kept

pytestmark = pytest.mark.django_db(transaction=True)

UNITS = 3
EVERY = 9


@pytest.mark.parametrize("act", [Act.REPLACE_CODE, Act.RESEND_CODE])
def test_nothing_is_done_twice_wherever_the_worker_is_killed(
    act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out_bulk, "AT_A_TIME", 1)
    monkeypatch.setattr(carry_out_bulk, "ONE_AT_A_TIME", 1)
    units = [issue_one().id for _ in range(UNITS)]
    bulk = preview(act, units)
    confirm(bulk)
    deaths = 0

    for moment in range(3, 2_000, EVERY):
        died = perform(work_jobs, killed_at=moment)
        written = Entry.objects.filter(act=bulk.pk)
        assert written.count() == outcomes(bulk).get("done", 0) <= UNITS
        assert written.values("entitlement").distinct().count() == written.count()
        assert_kept()
        if died is None:
            break
        deaths += 1
        Job.objects.filter(finished_at=None).update(next_attempt_at=Now())  # the lease ran out

    bulk.refresh_from_db()
    assert bulk.status == "done"
    assert outcomes(bulk) == {"done": UNITS}
    assert Code.objects.filter(state="live").count() == UNITS
    assert deaths > 2
