"""A suggestion is followed once, by one, and only as it was said."""

from dataclasses import replace
from uuid import uuid4

import pytest

from counterfoil.errors import CaseSettled, CaseTaken, NotFound, SituationChanged
from counterfoil.models import AuditEntry, Entry, ExceptionCase
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.operations.settle_case import settle_case
from counterfoil.operations.take_case import take_case
from counterfoil.operations.unassign import unassign
from counterfoil.playbooks.following import follow, tell
from counterfoil.playbooks.playbook import Doing
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import OPERATOR, now
from tests.playbooks.scenes import a_case, do, refunded_in_use, suggested
from tests.records import refused

pytestmark = pytest.mark.django_db
BERT = replace(OPERATOR, id="operator-2", display="Bert Boss")


def test_does_the_act_and_closes_the_case_with_who_and_how() -> None:
    case, issued = refunded_in_use()

    done = do(case, "revoke", comment="Asked twice")

    assert done.is_settled
    assert issued.entitlement().state == "revoked"
    entry = Entry.objects.get(entitlement=issued.id, move="revoke")
    assert (entry.actor_id, entry.reason, entry.comment) == (
        OPERATOR.id,
        "cancelled",
        "Asked twice",
    )
    case.refresh_from_db()
    assert (case.resolved_by, case.resolution) == ("Olga Operator", "revoke")
    assert tell(case.pk).suggestions == ()


def test_a_long_name_of_whoever_decides_stands_in_nobodys_way() -> None:
    case, issued = refunded_in_use()
    long = replace(OPERATOR, display="Maximiliana " * 8)

    assert do(case, "revoke", by=long).is_settled

    assert issued.entitlement().state == "revoked"
    case.refresh_from_db()
    assert case.resolved_by == long.display[:64]


def test_what_was_decided_once_is_not_decided_again() -> None:
    case, issued = refunded_in_use()
    both = suggested(case)
    do(case, "keep")

    for one in both.values():
        with refused(CaseSettled, match="Olga Operator has settled this already"):
            follow(case.pk, one.name, mark=one.mark, doing=Doing(by=BERT, at=now()))
    assert issued.entitlement().state == "assigned"


def test_the_second_of_two_is_told_who_was_first_and_what_it_did_is_undone() -> None:
    """The case is settled by hand while the act is on its way."""
    case, issued = refunded_in_use()
    chosen = suggested(case)["revoke"]
    settle_case(case_id=case.pk, outcome="They keep it.", resolution="by_hand", by=BERT, at=now())

    with refused(CaseSettled, match="Bert Boss"):
        follow(case.pk, "revoke", mark=chosen.mark, doing=Doing(by=OPERATOR, at=now()))
    assert issued.entitlement().state == "assigned"


def test_is_not_followed_once_the_situation_has_changed() -> None:
    case, issued = refunded_in_use()
    chosen = suggested(case)["revoke"]
    unassign(entitlement_id=issued.id, by=BERT, at=now(), reason="mistake")

    with refused(SituationChanged):
        follow(case.pk, "revoke", mark=chosen.mark, doing=Doing(by=OPERATOR, at=now()))
    assert issued.entitlement().state == "issued"


@pytest.mark.parametrize(("name", "mark"), [("revoke", "0" * 32), ("teleport", ""), ("", "")])
def test_what_is_not_suggested_is_not_done(name: str, mark: str) -> None:
    case, _issued = refunded_in_use()

    with refused(SituationChanged):
        follow(case.pk, name, mark=mark, doing=Doing(by=OPERATOR, at=now()))


def test_a_case_of_somebody_else_is_left_alone_until_it_is_taken_over() -> None:
    case, _issued = refunded_in_use()
    take_case(case_id=case.pk, by=BERT, at=now())

    with refused(CaseTaken, match="Bert Boss works on this case"):
        do(case, "revoke")
    assert do(case, "revoke", by=BERT).is_settled


def test_what_is_only_tried_leaves_the_case_open_and_is_remembered() -> None:
    case = a_case(ExceptionKind.INVARIANT_BROKEN, "I14", {"says": "So it is.", "rows": []})
    resolve_exception(kind="nothing", key="x", outcome="", by=SYSTEM, at=now())

    done = do(case, "check")

    assert done.is_settled  # nothing breaks it
    case.refresh_from_db()
    assert (case.outcome, case.resolution) == ("It holds again.", "check")
    step = AuditEntry.objects.get(act="settle_case", subject=str(case.pk))
    assert (step.actor_id, step.data["step"]) == (OPERATOR.id, "check")


def test_nobody_follows_anything_about_no_case() -> None:
    with refused(NotFound):
        follow(uuid4(), "revoke", mark="", doing=Doing(by=OPERATOR, at=now()))
    assert not ExceptionCase.objects.exists()
