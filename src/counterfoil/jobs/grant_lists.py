"""Carrying out lists of grants, some rows at a time."""

from datetime import datetime
from uuid import UUID

from counterfoil.jobs.granting import actor_of
from counterfoil.jobs.steps import Progress
from counterfoil.models import Job
from counterfoil.operations.carry_out_grant_list import carry_out_grant_list

MOST = 25  # rows of one step, and of one transaction


def grant_rows(job: Job, *, at: datetime) -> Progress:
    """Grant the next rows of a list; those that were granted are never granted again."""
    carried = carry_out_grant_list(
        list_id=UUID(job.parameters["list"]),
        after=int(job.cursor.get("after", 0)),
        most=MOST,
        by=actor_of(job),
        at=at,
    )
    return Progress(
        done=carried.done,
        total=job.total,
        problems=carried.refused,
        is_finished=carried.last is None,
        cursor=job.cursor if carried.last is None else {"after": carried.last},
    )
