"""What one step of long work is given, and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from counterfoil.models import Job


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """
    How far a job has come after a step.

    ``done`` and ``problems`` count from the beginning of the job. ``cursor`` is what the next step
    finds in ``job.cursor``; ``result`` is shown to people: numbers and short texts, never a secret.
    """

    done: int
    total: int | None
    is_finished: bool
    problems: int = 0
    cursor: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)


class Step(Protocol):
    """
    A function that does a second or two of a job.

    It owns its transactions. It may be called again with the same cursor, if whoever called it
    died before the progress was kept: what was done already must then change nothing. Raising
    ``Unavailable`` means later; anything else is tried ten times before the job has failed.
    """

    def __call__(self, job: Job, *, at: datetime) -> Progress:
        """Do a step."""
        ...
