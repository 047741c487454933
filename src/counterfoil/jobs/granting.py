"""Issuing a large grant, some thousand at a time."""

from datetime import datetime
from uuid import UUID

from counterfoil.jobs.steps import Progress
from counterfoil.models import Job
from counterfoil.operations.continue_grant import continue_grant
from counterfoil.rules.people import Actor, ActorKind


def grant_next(job: Job, *, at: datetime) -> Progress:
    """Issue some thousand more of a grant."""
    total = int(job.parameters["quantity"])
    done = continue_grant(purchase_id=UUID(job.key), by=actor_of(job), at=at)
    return Progress(done=done, total=total, is_finished=done >= total)


def actor_of(job: Job) -> Actor:
    """Give whoever asked for a job, as the ledger names them."""
    asked = job.parameters["by"]
    return Actor(kind=ActorKind(asked["kind"]), id=asked["id"], display=asked["display"])
