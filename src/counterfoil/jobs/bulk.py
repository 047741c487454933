"""Carrying out bulk acts, some entitlements at a time."""

from datetime import datetime
from uuid import UUID

from counterfoil.jobs.steps import Progress
from counterfoil.models import Job
from counterfoil.operations.carry_out_bulk import carry_out_bulk
from counterfoil.rules.people import SYSTEM


def carry_out_next(job: Job, *, at: datetime) -> Progress:
    """Do the act to the next entitlements; those it was done to are never done again."""
    carried = carry_out_bulk(
        bulk_id=UUID(job.parameters["bulk"]),
        after=int(job.cursor.get("after", 0)),
        by=SYSTEM,
        at=at,
    )
    return Progress(
        done=job.done + carried.done,
        total=job.total,
        problems=job.problems + carried.problems,
        is_finished=carried.last is None,
        cursor=job.cursor if carried.last is None else {"after": carried.last},
    )
