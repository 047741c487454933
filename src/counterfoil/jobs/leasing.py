"""For how long a job belongs to whoever took it."""

from datetime import timedelta

from django.db.models.functions import Now

from counterfoil.models import Job

LEASE_SECONDS = 120


def prolong(job: Job) -> None:
    """Keep a job for two minutes from now, in the middle of a step that takes long."""
    lease = timedelta(seconds=LEASE_SECONDS)
    Job.objects.filter(pk=job.pk, finished_at=None).update(next_attempt_at=Now() + lease)
