"""Have everything that older keys keep made anew under the current ones."""

from datetime import datetime

from django.db import connection, transaction

from counterfoil.models import Job
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.operations._auditing import note
from counterfoil.operations.request_job import request_job
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.keyring import Purpose
from counterfoil.rules.people import Actor

LOCK = 6_043_871_131  # any number nobody else uses


@transaction.atomic
def request_renewal(*, by: Actor, at: datetime) -> Job:
    """
    Have everything that older keys keep made anew, in the background, so that they can go.

    As long as one such job is at work, asking again gives that one; but one that was asked for
    before the newest key came is followed by another. Who asked is written down.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    current = {purpose.value: keyring().current(purpose) for purpose in Purpose}
    at_work = Job.objects.filter(
        kind=JobKind.RENEWAL.value, finished_at=None, parameters__keys=current
    ).first()
    if at_work is not None:
        return at_work
    note("renew_keys", connection=None, subject="keys", by=by, at=at, data={"keys": current})
    asked = {"kind": by.kind.value, "id": by.id, "display": by.display}
    return request_job(
        kind=JobKind.RENEWAL,
        key=str(uuid7()),
        parameters={"keys": current, "by": asked},
        by=by,
        at=at,
    )
