"""Putting what a suspended partner has on hold, or letting it go, some thousand at a time."""

from datetime import datetime
from uuid import UUID

from counterfoil.jobs.granting import actor_of
from counterfoil.jobs.steps import Progress
from counterfoil.models import Job
from counterfoil.operations.continue_suspension import continue_suspension


def settle_next(job: Job, *, at: datetime) -> Progress:
    """Bring the next holds to where the partner's suspension wants them."""
    count = continue_suspension(
        partner_id=UUID(job.parameters["partner"]),
        comment=job.parameters["comment"],
        by=actor_of(job),
        at=at,
    )
    done = job.done + count
    total = max(job.total or 0, done)
    return Progress(done=done, total=total if count else done, is_finished=not count)
