"""Renewing what an older key keeps, killed at every moment, and codes used while it goes on."""

from typing import Any

import pytest
from django.db import connection

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Code, Entitlement, Job, JobStatus
from counterfoil.operations import renew_kept as renewing
from counterfoil.operations.redeem import redeem
from counterfoil.operations.renew_kept import renew_kept
from counterfoil.operations.request_renewal import request_renewal
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import ORIGIN, customer, issue_many, make_assignee, now
from tests.crash.doomed import perform
from tests.jobs.work import come_due
from tests.records import assert_kept
from tests.rings import with_second, without_first

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read two rows at a time, so that a few are many."""
    monkeypatch.setattr(renewing, "BATCH", 2)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("moment", [4, 14, 38])
def test_a_renewal_killed_in_the_middle_is_taken_up(settings: Any, moment: int) -> None:
    sold = issue_many(5)
    settings.COUNTERFOIL_KEYS = with_second("index", "seal")
    request_renewal(by=SYSTEM, at=now())

    assert perform(lambda: work_jobs(limit=1), killed_at=moment) is not None
    assert Job.objects.get().status != JobStatus.DONE
    for code in Code.objects.all():
        code.opened()  # under whichever key it stands
    come_due()
    while work_jobs(limit=1):
        come_due()

    assert Job.objects.get().status == JobStatus.DONE
    settings.COUNTERFOIL_KEYS = without_first("index", "seal")
    assert sold.code in {code.opened() for code in Code.objects.all()}
    assert_kept()


def test_a_code_redeemed_between_two_statements_of_a_renewal_counts(settings: Any) -> None:
    """A renewal has read a code when somebody redeems it: it stays spent, its ciphertext gone."""
    sold, ana = issue_many(1), make_assignee()
    settings.COUNTERFOIL_KEYS = with_second("index", "seal")
    redeemed = []

    def meanwhile(execute: Any, sql: Any, *rest: Any) -> Any:
        if "unnest" in str(sql) and not redeemed:
            redeemed.append(True)
            own, connection.execute_wrappers[:] = connection.execute_wrappers[:], []
            redeem(code=sold.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
            connection.execute_wrappers[:] = own
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        batch = renew_kept(part="codes", after=None, by=SYSTEM, at=now())

    assert redeemed
    assert batch.renewed == 0
    assert Code.objects.get().ciphertext is None
    assert Entitlement.objects.get().state != State.ISSUED
    assert_kept()


def test_codes_are_redeemed_while_all_are_renewed(settings: Any) -> None:
    """Halfway through, some codes are found under the new key and some under the old."""
    issue_many(6)
    plain = [code.opened() for code in Code.objects.order_by("pk")]
    settings.COUNTERFOIL_KEYS = with_second("index")

    renew_kept(part="look-ups of codes", after=None, by=SYSTEM, at=now(), limit=3)

    assert set(Code.objects.values_list("key_id", flat=True)) == {1, 2}
    for number, code in enumerate(plain):
        somebody = make_assignee(f"holder{number}@example.com")
        redeem(code=code, to=somebody, by=customer(somebody), at=now(), origin=ORIGIN)
    assert_kept()
