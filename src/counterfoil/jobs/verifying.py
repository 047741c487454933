"""Checking the whole chain of the ledger, some thousand links at a time."""

from datetime import datetime

from counterfoil.jobs.steps import Progress
from counterfoil.models import Job
from counterfoil.operations.park import park
from counterfoil.queries.chain import Checked, Checkpoint, agrees, check_links, count_unsealed
from counterfoil.queries.invariants import INVARIANTS, offenders
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

SIGNED = next(one for one in INVARIANTS if one.name == "I28")
KEYS = {"unsealed": "I23", "forged": "I28"}
MOST = 20_000  # links of one step: about a second


def verify_next(job: Job, *, at: datetime) -> Progress:
    """
    Check the next links; at the first that is broken, or after the last, the result is kept.

    What is broken is before a person then. The check before this one counts as a checkpoint: a
    chain that was cut off since, and grew again, does not go through it. So do all that the worker
    has signed: they are nothing that whoever can write to the database could make.
    """
    upto = int(job.parameters["upto"])
    done = Checked(last=int(job.cursor.get("last", 0)), hash=job.cursor.get("hash", ""))
    if done.last < upto:
        done = check_links(after=done, upto=min(done.last + MOST, upto))
    if done.fault:
        return _broken(job, done.fault, done.broken_at, at)
    if done.last < upto:
        return Progress(
            done=done.last,
            total=upto,
            is_finished=False,
            cursor={"last": done.last, "hash": done.hash},
        )
    kept = _kept_before(job)
    if kept is not None and not agrees(kept):
        return _broken(job, "cut", kept.number, at)
    if rows := offenders(SIGNED):
        return _broken(job, "forged", rows[0]["links"], at)
    if unsealed := count_unsealed():
        return _broken(job, "unsealed", None, at, unsealed=unsealed)
    found = {"verdict": "whole", "links": upto, "head": done.hash}
    return Progress(done=upto, total=upto, is_finished=True, result=found)


def _kept_before(job: Job) -> Checkpoint | None:
    before = Job.objects.filter(kind=job.kind, result__verdict="whole", result__links__gt=0)
    last = before.exclude(pk=job.pk).order_by("-created_at").first()
    if last is None:
        return None
    return Checkpoint(number=last.result["links"], hash=last.result["head"])


def _broken(
    job: Job, fault: str, broken_at: int | None, at: datetime, *, unsealed: int = 0
) -> Progress:
    found = {"verdict": "broken", "fault": fault, "broken_at": broken_at, "unsealed": unsealed}
    park(
        kind=ExceptionKind.INVARIANT_BROKEN,
        key=KEYS.get(fault, "I22"),
        evidence={"promise": "P14", "says": "The chain of the ledger is whole.", **found},
        by=SYSTEM,
        at=at,
    )
    return Progress(
        done=max((broken_at or 1) - 1, 0),
        total=int(job.parameters["upto"]),
        problems=1,
        is_finished=True,
        result=found,
    )
