"""Ending an assignment and beginning another, in one act."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from counterfoil.models import Assignment, Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import ASSIGN, DEPROVISION, END_ASSIGNMENT, PROVISION
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Assignee


def reassign(
    change: _ledger.Change,
    *,
    entitlement: Entitlement,
    held: Assignment,
    to: Assignee,
    onboarded: bool = False,
) -> UUID:
    """
    Give an entitlement from one assignee to the next, and give the id of the new assignment.

    Both assignments stay in history, and the ledger has an entry for each half of the act. The
    old downstream record is taken down, and the new one asked for as soon as nothing is missing.

    :raises EntitlementExpired: if its validity is over.
    """
    data: Mapping[str, Any] = {**change.data, "assignment": str(held.pk)}
    _ledger.record_one(
        replace(change, move=Move.UNASSIGN, to=State.ISSUED, data=data),
        entitlement=entitlement,
        also=(END_ASSIGNMENT, DEPROVISION),
    )
    entitlement.refresh_from_db(fields=["state", "version"])
    assignment = uuid7()
    _ledger.record_one(
        replace(change, move=Move.REDEEM, to=State.ASSIGNED),
        entitlement=entitlement,
        parameters={
            "assignment": assignment,
            "account": to.account_id,
            "subject": to.subject_id,
            "by_partner": None,
            "onboarded": onboarded,
            "terms": entitlement.terms_id,
        },
        keeps="%(terms)s::uuid AS terms_id",
        also=(ASSIGN, PROVISION),
    )
    entitlement.refresh_from_db()
    return assignment
