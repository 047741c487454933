"""Have the whole chain of the ledger checked."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from counterfoil.models import Job, Seal
from counterfoil.models.ids import uuid7
from counterfoil.operations._auditing import note
from counterfoil.operations.request_job import request_job
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import Actor

LOCK = 6_043_871_130  # any number nobody else uses


@transaction.atomic
def request_verification(*, by: Actor, at: datetime) -> Job:
    """
    Have every link of the chain compared with its entry, in the background; the result is kept.

    As long as one such check is at work, asking again gives that one. Who asked is written down.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    at_work = Job.objects.filter(kind=JobKind.VERIFY.value, finished_at=None).first()
    if at_work is not None:
        return at_work
    upto = Seal.objects.aggregate(last=Max("seal_seq"))["last"] or 0
    note("verify_ledger", connection=None, subject="ledger", by=by, at=at, data={"links": upto})
    return request_job(
        kind=JobKind.VERIFY,
        key=str(uuid7()),
        parameters={"upto": upto},
        total=upto,
        by=by,
        at=at,
    )
