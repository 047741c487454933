"""
The invariants: what is always true, as SQL that finds whatever is not.

They run after every test that writes, in production on a schedule, and as ``counterfoil verify``.
"""

from counterfoil.queries.invariants.base import Invariant, broken, offenders
from counterfoil.queries.invariants.issuing import ISSUING
from counterfoil.queries.invariants.ledger import LEDGER
from counterfoil.queries.invariants.money import MONEY
from counterfoil.queries.invariants.traffic import TRAFFIC

INVARIANTS = tuple(sorted((*ISSUING, *LEDGER, *MONEY, *TRAFFIC), key=lambda one: one.name))

__all__ = ["INVARIANTS", "Invariant", "broken", "offenders"]
