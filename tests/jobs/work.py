"""A job that counts, and goes wrong when it is told to."""

from datetime import datetime, timedelta

from django.db.models.functions import Now

from counterfoil.jobs.steps import Progress
from counterfoil.models import Job
from counterfoil.operations.request_job import request_job
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import now


class Counting:
    """Counts to ``total``, one a step; before the step named in ``fails`` it raises."""

    def __init__(self, total: int = 3, fails: dict[int, Exception] | None = None) -> None:
        self.total = total
        self.fails = fails or {}
        self.counted: list[int] = []

    def __call__(self, job: Job, *, at: datetime) -> Progress:
        number = job.cursor.get("number", 0) + 1
        if number in self.fails:
            raise self.fails[number]
        self.counted.append(number)
        return Progress(
            done=number,
            total=self.total,
            is_finished=number >= self.total,
            cursor={"number": number},
            result={"counted_to": number},
        )


def a_job(key: str = "one") -> Job:
    """Ask for work."""
    return request_job(kind=JobKind.RESYNC, key=key, parameters={"a": 1}, by=SYSTEM, at=now())


def come_due() -> None:
    """Let the pauses of all jobs be over."""
    Job.objects.filter(finished_at=None).update(next_attempt_at=Now() - timedelta(seconds=1))
