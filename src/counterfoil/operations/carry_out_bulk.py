"""Do a bulk act to the next of its entitlements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from counterfoil.errors import RequesterMayNot
from counterfoil.models import Bulk, BulkItem, BulkStatus
from counterfoil.operations._bulk import lock_bulk, may_go_on, rule_of, whose
from counterfoil.operations._bulk_acts import ONE_BY_ONE, Done, perform
from counterfoil.operations._bulk_judging import Seen, judge_now
from counterfoil.operations._bulk_pools import lock_pools
from counterfoil.operations._loading import lock
from counterfoil.rules.acts import Act
from counterfoil.rules.bulk import PROBLEMS, Outcome
from counterfoil.rules.people import Actor

AT_A_TIME, ONE_AT_A_TIME = 2_000, 100
LISTED = 51  # of more codes than 50, a mail only says that they are there
POOLS = frozenset({Act.ALLOT, Act.RETURN_TO_POOL})

KEEP = """
UPDATE counterfoil_bulkitem i SET outcome = n.outcome, problem = n.problem, done_at = %(at)s
  FROM unnest(%(items)s::uuid[], %(outcomes)s::text[], %(problems)s::text[])
       AS n(id, outcome, problem)
 WHERE i.id = n.id"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """How far a bulk act has come: the last item that was looked at, none if none was left."""

    last: int | None
    done: int
    problems: int


@transaction.atomic
def carry_out_bulk(*, bulk_id: UUID, after: int, by: Actor, at: datetime) -> Carried:
    """
    Do the act to some of what is left of a confirmed bulk act, and close it after the last.

    What became of an item is kept in the transaction that does it: nothing is done twice, whoever
    dies in between. One that no longer stands as it was shown, or belongs to somebody else by now,
    is reported and left alone; so is one that the act refuses, and everything once whoever
    confirmed it may not do it any more. None holds up another.
    """
    del by  # what is done is done by whoever confirmed it
    bulk = lock_bulk(bulk_id)
    if bulk.status != BulkStatus.CONFIRMED:
        return Carried(last=None, done=0, problems=0)
    items = _next(bulk, after)
    if not items:
        bulk.status, bulk.finished_at = BulkStatus.DONE, at
        bulk.save(update_fields=["status", "finished_at"])
        return Carried(last=None, done=0, problems=0)
    if Act(bulk.act) in POOLS:
        lock_pools(bulk)
    seen = judge_now(bulk, lock(one.entitlement_id for one in items))
    sorts = bulk.parameters["sorts"]
    fit = [one.entitlement_id for one in seen if not one.has_moved(sorts)]
    if may_go_on(bulk, at=at):
        came = perform(bulk, fit, by=whose(bulk), at=at)
    else:
        came = Done(done=frozenset(), refused=dict.fromkeys(fit, RequesterMayNot.code))
    told = [_outcome(bulk, one, came.done, came.refused.get(one.entitlement_id)) for one in seen]
    _keep(seen, told, at)
    problems = sum(outcome in PROBLEMS for outcome, _ in told)
    return Carried(last=items[-1].number, done=len(items), problems=problems)


def _next(bulk: Bulk, after: int) -> list[BulkItem]:
    """
    Give the next items.

    What one purchase has of them is one mail, which is made after the first part: so that is not
    torn apart where the mail lists it code by code.
    """
    most = ONE_AT_A_TIME if Act(bulk.act) in ONE_BY_ONE else AT_A_TIME
    waiting = bulk.items.filter(number__gt=after, outcome="").order_by("number")
    found = list(waiting.select_related("entitlement")[:most])
    if len(found) == most and (purchase := found[-1].entitlement.purchase_id):
        rest = waiting.filter(number__gt=found[-1].number, entitlement__purchase=purchase)
        found += rest.select_related("entitlement")[:LISTED]
    return found


def _outcome(
    bulk: Bulk, seen: Seen, done: frozenset[UUID], refusal: str | None
) -> tuple[Outcome, str]:
    if seen.entitlement_id in done:
        return Outcome.DONE, ""
    if refusal is not None:
        return Outcome.REFUSED, refusal
    if seen.stands in rule_of(bulk).unchanged:
        return Outcome.UNCHANGED, seen.stands
    return Outcome.MOVED, seen.stands


def _keep(seen: Sequence[Seen], told: Sequence[tuple[Outcome, str]], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            {
                "items": [one.item_id for one in seen],
                "outcomes": [outcome.value for outcome, _ in told],
                "problems": [problem for _, problem in told],
                "at": at,
            },
        )
