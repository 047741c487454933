"""Notes over the API: kept masked and once, listed with whatever they belong to."""

from typing import Any
from uuid import UUID

import pytest
from tests.api.calling import Machine, machine
from tests.partnership import make_clinic
from tests.records import unchanged

from counterfoil.models import ExceptionCase, Note
from counterfoil.models.ids import handle_of
from counterfoil.operations.park import park
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import Issued, issue_one, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Machine:
    """Be a help desk that writes notes and does nothing else."""
    return machine(Scope.NOTES)


@pytest.fixture
def issued() -> Issued:
    return issue_one()


def places(issued: Issued) -> dict[str, str]:
    """Name where a note can be written: on a unit, its purchase, and a case of that."""
    case = make_case(issued)
    return {
        "entitlement": f"/v1/entitlements/{issued.entitlement().handle}/notes",
        "purchase": f"/v1/purchases/{issued.purchase.pk}/notes",
        "exception": f"/v1/exceptions/{case.pk}/notes",
    }


def make_case(issued: Issued) -> ExceptionCase:
    return park(
        kind=ExceptionKind.AMOUNT_DIFFERS,
        key="1",
        evidence={},
        by=SYSTEM,
        at=now(),
        purchase=issued.purchase,
    )


def test_a_note_is_kept_masked_and_found_where_it_belongs(desk: Machine, issued: Issued) -> None:
    where = places(issued)
    text = f"Ann of ann@example.com read out {issued.code}."

    told = {
        name: desk.post(path, {"text": text, "ticket": "SUP-7"}) for name, path in where.items()
    }

    assert [one.status_code for one in told.values()] == [201, 201, 201]
    found = told["entitlement"].json()
    assert (found["text"], found["ticket"]) == ("Ann of a•••@example.com read out [code].", "SUP-7")
    assert (found["author"], found["entitlement"]) == ("office", issued.entitlement().handle)
    assert {found["purchase"], told["exception"].json()["purchase"]} == {str(issued.purchase.pk)}
    assert issued.code not in str(list(Note.objects.values()))
    assert [len(notes(desk, path)) for path in where.values()] == [1, 3, 1]


def test_pages_begin_where_the_one_before_ended(desk: Machine, issued: Issued) -> None:
    where = places(issued)["entitlement"]
    for text in ("one", "two", "three"):
        desk.post(where, {"text": text})

    first = desk.get(where, limit=2).json()
    desk.post(where, {"text": "four"})
    rest = desk.get(where, limit=2, after=first["next"]).json()

    assert [one["text"] for one in first["notes"] + rest["notes"]] == ["three", "two", "one"]
    assert rest["next"] is None


@pytest.mark.parametrize("body", [{}, {"text": " \n "}, {"text": "x" * 4_001}, {"text": "\0"}])
def test_what_says_nothing_or_too_much_is_refused(
    desk: Machine, issued: Issued, body: dict[str, Any]
) -> None:
    where = places(issued)

    with unchanged():
        for path in where.values():
            answer = desk.post(path, body)
            assert (answer.status_code, answer.json()["code"]) in [
                (422, "invalid_request"),
                (422, "note_invalid"),
            ]


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/entitlements/{handle_of(UUID(int=7))}/notes",
        f"/v1/purchases/{UUID(int=7)}/notes",
        f"/v1/exceptions/{UUID(int=7)}/notes",
    ],
    ids=["entitlement", "purchase", "exception"],
)
def test_nothing_is_written_about_what_is_not_there(desk: Machine, path: str) -> None:
    with unchanged():
        answers = [desk.get(path), desk.post(path, {"text": "x"})]

    assert [one.status_code for one in answers] == [404, 404]


def test_the_same_request_is_one_note(desk: Machine, issued: Issued) -> None:
    where = places(issued)["purchase"]
    headers = {"Authorization": f"Bearer {desk.token}", "Idempotency-Key": "once"}

    given: dict[str, Any] = {"content_type": "application/json", "headers": headers}
    answers = [desk.client.post(where, {"text": "x"}, **given) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert Note.objects.count() == 1


def test_neither_a_partner_nor_a_key_without_the_scope_may(issued: Issued) -> None:
    where = places(issued)
    others = [machine(Scope.NOTES, partner=make_clinic().partner), machine(Scope.TRACE)]

    with unchanged():
        for path in where.values():
            for one in others:
                assert one.get(path).status_code == 403
                assert one.post(path, {"text": "x"}).status_code == 403


def notes(desk: Machine, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get(path).json()["notes"]
    return found
