"""Stop a job after the step it is in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import JobFinished, NotFound
from counterfoil.models import Job, JobStatus
from counterfoil.rules.people import Actor


@transaction.atomic
def stop_job(*, job_id: UUID, by: Actor, at: datetime) -> Job:
    """
    Stop a job after the step it is in; what was done stays done.

    One that has not begun never begins. Stopping again changes nothing; it can be continued.

    :raises NotFound: if there is no such job.
    :raises JobFinished: if it has come to its end.
    """
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    if job.status in (JobStatus.DONE, JobStatus.FAILED):
        raise JobFinished
    if job.stop_requested_at is None:
        job.stop_requested_at = at
        job.result = {**job.result, "stopped_by": by.display or by.id}
        if job.status == JobStatus.WAITING:
            job.status, job.finished_at = JobStatus.STOPPED, at
        job.save()
    return job
