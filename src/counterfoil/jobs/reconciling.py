"""Comparing a channel with our records, and asking it for many orders, as long work."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from counterfoil.errors import AccessLost
from counterfoil.intake.health import check_subscription, tell_access
from counterfoil.intake.registry import adapter_for
from counterfoil.intake.resyncing import resync_purchases
from counterfoil.intake.runs import Run
from counterfoil.jobs.leasing import prolong
from counterfoil.jobs.steps import Progress
from counterfoil.models import Cause, Connection, DifferenceKind, Job, ReconcileRun
from counterfoil.rules.people import Actor, ActorKind

STEP_SECONDS = 1.5
MOST_HERE = 200  # purchases of ours that are looked for in one step
BETWEEN_LEASES = 50  # orders that are named while a lease lasts
AT_ONCE = 10  # purchases that are asked for again in one step


def reconcile_step(job: Job, *, at: datetime) -> Progress:
    """
    List what the channel names, then look at a second or two of it, then at the rest of ours.

    What was looked at twice because somebody died in between agrees the second time.
    """
    connection = Connection.objects.get(slug=job.parameters["connection"])
    since = datetime.fromisoformat(job.parameters["since"])
    if "run" not in job.cursor:
        return _begin(job, connection, since)
    stored = ReconcileRun.objects.get(pk=job.cursor["run"])
    run = Run(
        connection=connection, since=since, cause=Cause.ASKED, by=_operator(job), stored=stored
    )
    cursor: dict[str, Any] = dict(job.cursor)
    try:
        done = _there(run, cursor) if cursor["todo"] else _here(run, cursor)
    except AccessLost as lost:
        tell_access(connection, lost)
        raise
    is_finished = not done
    if is_finished:
        run.finish()
    else:
        run.keep_counts()
    return Progress(
        done=job.done + done,
        total=max(job.total or 0, job.done + done),
        problems=run.counts["parked"],
        is_finished=is_finished,
        cursor=cursor,
        result={"run": str(stored.pk), **{one: run.counts[one] for one in TOLD}},
    )


TOLD = ("looked", "agreed", *DifferenceKind.values, "issued", "withdrawn")


def resync_step(job: Job, *, at: datetime) -> Progress:
    """Ask the channel again for some of the purchases."""
    wanted = [UUID(one) for one in job.parameters["purchases"]]
    chosen = wanted[job.done : job.done + AT_ONCE]
    came = resync_purchases(purchase_ids=chosen, by=_operator(job))
    done = job.done + len(chosen)
    failed = [f"{order}: {why}"[:200] for order, why in came.failed]
    return Progress(
        done=done,
        total=len(wanted),
        problems=job.problems + len(failed),
        is_finished=done >= len(wanted),
        result={
            "issued": int(job.result.get("issued", 0)) + came.issued,
            "failed": [*job.result.get("failed", []), *failed][:50],
        },
    )


def _begin(job: Job, connection: Connection, since: datetime) -> Progress:
    run = Run(connection=connection, since=since, cause=Cause.ASKED, by=_operator(job))
    try:
        check_subscription(connection)  # one that is gone would go on losing what is compared now
        todo = _listed(job, connection, since)
    except AccessLost as lost:
        tell_access(connection, lost)
        raise
    stored = run.store()
    ours = run.not_looked_at().count()
    return Progress(
        done=0,
        total=max(len(todo), ours),
        is_finished=False,
        cursor={"run": str(stored.pk), "todo": todo, "after": None},
        result={"run": str(stored.pk)},
    )


def _listed(job: Job, connection: Connection, since: datetime) -> list[str]:
    """List what the channel names, however slowly it turns its pages."""
    found: list[str] = []
    for pointer in adapter_for(connection).changed_since(since):
        if not len(found) % BETWEEN_LEASES:
            prolong(job)
        found.append(pointer)
    return found


def _there(run: Run, cursor: dict[str, Any]) -> int:
    todo = cursor["todo"]
    done = _for_a_while(partial(run.look_there, one) for one in todo)
    cursor["todo"] = todo[done:]
    return done


def _here(run: Run, cursor: dict[str, Any]) -> int:
    after = UUID(cursor["after"]) if cursor["after"] else None
    ours = list(run.not_looked_at(after=after)[:MOST_HERE])
    done = _for_a_while(partial(run.look_here, one) for one in ours)
    if done:
        cursor["after"] = str(ours[done - 1].pk)
    return done


def _for_a_while(looks: Iterator[Callable[[], None]]) -> int:
    ends, done = time.monotonic() + STEP_SECONDS, 0
    for look in looks:
        look()
        done += 1
        if time.monotonic() >= ends:
            break
    return done


def _operator(job: Job) -> Actor:
    return Actor(kind=ActorKind.OPERATOR, id=job.requested_by, display=job.requested_for)
