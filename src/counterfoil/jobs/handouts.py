"""Carrying out hand-outs, some recipients at a time."""

from datetime import datetime
from uuid import UUID

from counterfoil.jobs.granting import actor_of
from counterfoil.jobs.steps import Progress
from counterfoil.models import Job
from counterfoil.operations.carry_out_handout import carry_out_handout

MOST = 50  # recipients of one step, and of one transaction


def hand_out_next(job: Job, *, at: datetime) -> Progress:
    """Give to the next recipients of a hand-out; those who were given are never given again."""
    carried = carry_out_handout(
        handout_id=UUID(job.parameters["handout"]),
        after=int(job.cursor.get("after", 0)),
        most=MOST,
        by=actor_of(job),
        at=at,
    )
    return Progress(
        done=job.done + carried.given + carried.refused,
        total=job.total,
        problems=job.problems + carried.refused,
        is_finished=carried.last is None,
        cursor=job.cursor if carried.last is None else {"after": carried.last},
    )
