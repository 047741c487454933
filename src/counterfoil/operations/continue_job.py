"""Take up a job that was stopped, or failed, where it was left."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import JobFinished, NotFound
from counterfoil.models import Job, JobStatus
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor


@transaction.atomic
def continue_job(*, job_id: UUID, by: Actor, at: datetime) -> Job:
    """
    Take up a job that was stopped, or failed, where it was left.

    One that is waiting or running is left alone.

    :raises NotFound: if there is no such job.
    :raises JobFinished: if everything is done.
    """
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    if job.status == JobStatus.DONE:
        raise JobFinished
    if job.status in (JobStatus.STOPPED, JobStatus.FAILED):
        job.status, job.finished_at, job.stop_requested_at = JobStatus.WAITING, None, None
        job.attempts, job.last_error, job.next_attempt_at = 0, "", at
        job.save()
        resolve_exception(
            kind=ExceptionKind.JOB_FAILED,
            key=str(job.pk),
            outcome="It was continued.",
            by=by,
            at=at,
        )
    return job
