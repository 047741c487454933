"""Making anew what older keys keep, one part after the other, some thousand rows at a time."""

from datetime import datetime

from counterfoil.jobs.granting import actor_of
from counterfoil.jobs.steps import Progress
from counterfoil.models import Job
from counterfoil.operations.renew_kept import PARTS, renew_kept


def renew_next(job: Job, *, at: datetime) -> Progress:
    """Make the next rows anew; ``problems`` are those that could not be opened."""
    parts = list(PARTS)
    part = job.cursor.get("part", parts[0])
    batch = renew_kept(part=part, after=job.cursor.get("after"), by=actor_of(job), at=at)
    done, problems = job.done + batch.renewed, job.problems + batch.unreadable
    kept = {**job.result.get("renewed", {})}
    if batch.renewed:
        kept[part] = kept.get(part, 0) + batch.renewed
    following = part if batch.last else _after(part, parts)
    return Progress(
        done=done,
        total=None if following else done,
        problems=problems,
        is_finished=following is None,
        cursor={"part": following, "after": batch.last},
        result={"renewed": kept},
    )


def _after(part: str, parts: list[str]) -> str | None:
    following = parts.index(part) + 1
    return parts[following] if following < len(parts) else None
