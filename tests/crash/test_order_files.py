"""An order file whose worker is killed, again and again, at a later moment each time."""

import pytest
from django.db.models.functions import Now

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Entitlement, Job, Purchase
from counterfoil.operations.confirm_order_file import confirm_order_file
from counterfoil.rules.order_files import Extent, FileStatus
from counterfoil.testing.builders import OPERATOR, now
from tests.crash.doomed import perform
from tests.order_files import a_file, a_row, outcomes, procurement, upload
from tests.records import assert_kept

pytestmark = pytest.mark.django_db(transaction=True)

COVERS = {"F56": ["test_every_row_is_issued_once_wherever_the_worker_is_killed"]}
ORDERS, EVERY = 4, 9


def test_every_row_is_issued_once_wherever_the_worker_is_killed() -> None:
    rows = [a_row(f"A-{n}", quantity=1, price="99.00") for n in range(ORDERS)]
    order_file = upload(procurement(), a_file(*rows)).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    deaths = 0

    for moment in range(3, 2_000, EVERY):
        died = perform(work_jobs, killed_at=moment)
        assert Entitlement.objects.count() == Purchase.objects.count() <= ORDERS
        assert_kept()
        if died is None:
            break
        deaths += 1
        Job.objects.filter(finished_at=None).update(next_attempt_at=Now())  # the lease ran out

    order_file.refresh_from_db()
    assert order_file.status == FileStatus.DONE
    assert Entitlement.objects.count() == ORDERS
    assert outcomes(order_file) == {"issued": ORDERS}
    assert deaths > 5
