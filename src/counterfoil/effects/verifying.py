"""Checking the promises while the shop is open, and putting what is broken before a person."""

import logging
from datetime import datetime
from typing import Any

from django.utils import timezone

from counterfoil.operations.park import park
from counterfoil.operations.sign_checkpoint import sign_checkpoint
from counterfoil.queries.invariants import INVARIANTS, Invariant, offenders
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

log = logging.getLogger(__name__)

PAUSE_SECONDS = 3600.0
CHAINED = frozenset({"I22", "I28"})  # what is signed was found to be so


def check(invariant: Invariant, *, at: datetime) -> list[dict[str, Any]]:
    """Give what breaks an invariant; if anything does, there is an exception about it now."""
    found = offenders(invariant)
    if found:
        rows = [{name: str(value) for name, value in row.items()} for row in found]
        park(
            kind=ExceptionKind.INVARIANT_BROKEN,
            key=invariant.name,
            evidence={"promise": invariant.promise, "says": invariant.says, "rows": rows},
            by=SYSTEM,
            at=at,
        )
    return found


def check_all() -> int:
    """
    Check every invariant, as the worker does each hour, and sign how far the ledger is whole.

    Gives 0: rest.
    """
    broken = [one.name for one in INVARIANTS if check(one, at=timezone.now())]
    if broken:
        log.error("promises broken: %s", ", ".join(broken))
    if CHAINED.isdisjoint(broken):
        sign_checkpoint(by=SYSTEM, at=timezone.now())
    return 0
