"""Have long work done in the background."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from counterfoil.models import Job
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import Actor


@transaction.atomic
def request_job(
    *,
    kind: JobKind,
    key: str,
    parameters: Mapping[str, Any],
    by: Actor,
    at: datetime,
    total: int | None = None,
) -> Job:
    """
    Have long work done in the background, once however often it is asked for.

    ``key`` says what it is about: asking again gives the job there is. ``total`` is how many items
    there are, if that is known.
    """
    job = Job(
        kind=kind.value,
        key=key[:200],
        parameters=dict(parameters),
        total=total,
        next_attempt_at=at,
        requested_by=by.id,
        requested_for=(by.display or by.id)[:100],
        created_at=at,
    )
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return Job.objects.get(kind=kind.value, key=key[:200])
