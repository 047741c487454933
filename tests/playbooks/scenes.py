"""Cases as they come about, and following what is suggested for them."""

from typing import Any

from counterfoil.models import ExceptionCase
from counterfoil.operations.park import park
from counterfoil.operations.redeem import redeem
from counterfoil.playbooks.following import Followed, follow, tell
from counterfoil.playbooks.playbook import Doing, Suggestion
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM, Actor
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_assignee,
    now,
)


def refunded_in_use() -> tuple[ExceptionCase, Issued]:
    """Sell one, let somebody redeem it, and put its refund before a person."""
    issued, ana = issue_one(), make_assignee()
    redeem(code=issued.codes[0], to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    unit = issued.entitlement()
    return a_case(
        ExceptionKind.REFUND_AFTER_ASSIGNMENT,
        unit.handle,
        {"reason": "cancelled", "policy": "ask", "handle": unit.handle},
        purchase=issued.purchase,
        entitlement=unit,
    ), issued


def a_case(kind: str, key: str, evidence: dict[str, Any], **about: Any) -> ExceptionCase:
    """Put something before a person."""
    return park(kind=kind, key=key, evidence=evidence, by=SYSTEM, at=now(), **about)


def suggested(case: ExceptionCase) -> dict[str, Suggestion]:
    """Give what can be done about a case, by name."""
    return {one.name: one for one in tell(case.pk).suggestions}


def do(case: ExceptionCase, name: str, *, by: Actor = OPERATOR, comment: str = "") -> Followed:
    """Follow a suggestion just as it is shown now."""
    doing = Doing(by=by, at=now(), comment=comment)
    return follow(case.pk, name, mark=suggested(case)[name].mark, doing=doing)
