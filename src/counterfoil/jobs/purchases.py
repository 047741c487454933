"""Issuing for a purchase that is too large to be done while somebody waits."""

from datetime import datetime

from counterfoil.intake.converging import converge_some
from counterfoil.jobs.steps import Progress
from counterfoil.models import Connection, Job


def issue_purchase(job: Job, *, at: datetime) -> Progress:
    """Look at the order, and issue a part of what it lacks."""
    del at  # the order is put in order by the database's clock
    connection = Connection.objects.get(slug=job.parameters["connection"])
    found = converge_some(connection=connection, pointer=job.parameters["reference"])
    done = 0 if found.purchase is None else found.purchase.entitlements.count()
    return Progress(done=done, total=done + found.owed, is_finished=not found.owed)
