"""
The jobs: what wakes a worker.

A job only says where to look. What is to be done stands in the tables and is found there without
it, so a queue that was emptied loses nothing and a job that comes twice does nothing twice.
"""

from uuid import UUID

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from counterfoil.effects.deliveries import send_delivery
from counterfoil.effects.downstream import provision
from counterfoil.effects.expiring import tell_expiring
from counterfoil.effects.queueing import QUEUE, SENDING
from counterfoil.effects.verifying import check_all
from counterfoil.operations.forget_events import forget_events
from counterfoil.operations.forget_replies import forget_replies
from counterfoil.operations.request_verification import request_verification
from counterfoil.rules.people import SYSTEM

KEPT_HOURS = 72


@app.task(queue=QUEUE, name=SENDING)
def send_one_delivery(delivery_id: str) -> None:
    """Send a delivery, if it is still due."""
    send_delivery(UUID(delivery_id), at=timezone.now())


@app.task(queue=QUEUE, name="counterfoil.provision")
def provision_entitlement(entitlement_id: str) -> None:
    """Bring the host's record to what is wanted, if it is not there yet."""
    provision(UUID(entitlement_id), at=timezone.now())


@app.periodic(cron="37 2 * * *")
@app.task(queue=QUEUE, name="counterfoil.verify_nightly")
def verify_nightly(timestamp: int) -> None:
    """Check every promise, and have the whole chain checked; what is broken is before a person."""
    del timestamp
    check_all()
    request_verification(by=SYSTEM, at=timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(queue=QUEUE, name="counterfoil.remove_old_jobs", pass_context=True)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Remove jobs that failed days ago: their work was found again in the tables."""
    del timestamp
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="27 3 * * *")
@app.task(queue=QUEUE, name="counterfoil.forget_replies")
def forget_old_replies(timestamp: int) -> None:
    """Forget what requests were answered a month ago."""
    del timestamp
    forget_replies(by=SYSTEM, at=timezone.now())


@app.periodic(cron="37 3 * * *")
@app.task(queue=QUEUE, name="counterfoil.forget_events")
def forget_old_events(timestamp: int) -> None:
    """Forget events that everybody had long enough to read."""
    del timestamp
    while forget_events(by=SYSTEM, at=timezone.now()):
        pass


@app.periodic(cron="7 * * * *")
@app.task(queue=QUEUE, name="counterfoil.tell_expiring")
def tell_of_what_ends_soon(timestamp: int) -> None:
    """Tell other systems of what ends soon."""
    del timestamp
    tell_expiring(at=timezone.now())
