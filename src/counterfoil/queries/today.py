"""What happened since a shift began its day: figures that are read as they stand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from counterfoil.models import Attempt, Entry, ExceptionCase, Purchase, PurchaseKind
from counterfoil.queries.filtering import leaves_out_tests
from counterfoil.rules.lifecycle import Move


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """What was recorded since then; without items for tests where they are left out."""

    orders: int
    issued: int
    used: int
    withdrawn: int
    refused: int
    opened: int
    settled: int
    leaves_out_tests: bool


def since(begin: datetime) -> Today:
    """
    Count what happened since a moment.

    What is asked of the ledger is led by when it was recorded, and of attempts by their ids, which
    begin with their time: neither grows with the years.
    """
    real = leaves_out_tests(None)
    ours, theirs = (Q(is_test=False), Q(entitlement__is_test=False)) if real else (Q(), Q())
    moves = Entry.objects.filter(theirs, recorded_at__gte=begin).aggregate(
        issued=Count("seq", filter=Q(move=Move.ISSUE)),
        used=Count("seq", filter=Q(move=Move.REDEEM)),
        withdrawn=Count("seq", filter=Q(move=Move.REVOKE)),
    )
    bought = Purchase.objects.filter(ours, kind=PurchaseKind.SALE, created_at__gte=begin)
    refused = Attempt.objects.filter(~Q(outcome="ok"), pk__gte=_first_id(begin))
    if real:
        refused = refused.exclude(entitlement__is_test=True)
    cases = ExceptionCase.objects
    return Today(
        orders=bought.count(),
        refused=refused.count(),
        opened=cases.filter(opened_at__gte=begin).count(),
        settled=cases.filter(resolved_at__gte=begin).count(),
        leaves_out_tests=real,
        **moves,
    )


def _first_id(moment: datetime) -> UUID:
    """Give the least id of version 7 that could have been made then."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
