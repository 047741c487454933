"""Writing a note: kept masked and once, where whoever looks will find it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from counterfoil.errors import NoteInvalid, NotFound
from counterfoil.models import Note
from counterfoil.models.ids import uuid7
from counterfoil.operations.annotate import annotate
from counterfoil.operations.park import park
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM, Actor, ActorKind
from counterfoil.rules.remarks import REMARK_MAX
from counterfoil.testing.builders import OPERATOR, Issued
from tests.records import refused, unchanged

pytestmark = pytest.mark.django_db


def test_a_note_says_who_wrote_it_and_for_which_ticket(issued: Issued, at: datetime) -> None:
    note = annotate(
        text="Called back.\nWill wait until Friday.",
        reference=" ZD-7 ",
        purchase_id=issued.purchase.pk,
        by=OPERATOR,
        at=at,
    )

    note.refresh_from_db()
    assert note.text == "Called back.\nWill wait until Friday."
    assert (note.purchase, note.entitlement, note.case) == (issued.purchase, None, None)
    assert (note.author_id, note.author_display, note.at) == ("operator-1", "Olga Operator", at)
    assert note.reference == "ZD-7"


def test_a_note_on_an_entitlement_is_found_from_its_purchase(issued: Issued, at: datetime) -> None:
    unit = issued.entitlement()
    note = annotate(text="x", entitlement_id=unit.pk, by=OPERATOR, at=at)
    assert (note.entitlement, note.purchase) == (unit, issued.purchase)


def test_a_note_on_a_case_is_found_from_what_the_case_is_about(
    issued: Issued, at: datetime
) -> None:
    case = park(
        kind=ExceptionKind.AMOUNT_DIFFERS,
        key="1",
        evidence={},
        by=SYSTEM,
        at=at,
        purchase=issued.purchase,
    )
    note = annotate(text="x", case_id=case.pk, by=OPERATOR, at=at)
    assert (note.case, note.purchase, note.entitlement) == (case, issued.purchase, None)


def test_the_ticket_somebody_acts_upon_is_that_of_the_note(issued: Issued, at: datetime) -> None:
    by = Actor(kind=ActorKind.OPERATOR, id="operator-1", display="Olga Operator", case="ZD-9")
    assert annotate(text="x", purchase_id=issued.purchase.pk, by=by, at=at).reference == "ZD-9"


def test_no_code_card_or_address_is_kept(issued: Issued, at: datetime) -> None:
    note = annotate(
        text=f"{issued.code} of ann@example.com, 4242 4242 4242 4242",
        reference="ann@example.com",
        purchase_id=issued.purchase.pk,
        by=OPERATOR,
        at=at,
    )
    note.refresh_from_db()
    assert note.text == "[code] of a•••@example.com, [card ending 4242]"
    assert note.reference == "a•••@example.com"


def test_the_same_form_sent_twice_writes_once(issued: Issued, at: datetime) -> None:
    form: dict[str, Any] = {"purchase_id": issued.purchase.pk, "note_id": uuid7(), "by": OPERATOR}
    note = annotate(text="x", at=at, **form)

    with unchanged():
        assert annotate(text="x", at=at, **form) == note
    with refused(NoteInvalid, match="Open the page again"):
        annotate(text="y", at=at, **form)
    assert Note.objects.count() == 1


@pytest.mark.parametrize("text", ["", " \n ", "\0", "x" * (REMARK_MAX + 1)])
def test_a_note_says_something_and_not_everything(text: str, issued: Issued, at: datetime) -> None:
    with refused(NoteInvalid):
        annotate(text=text, purchase_id=issued.purchase.pk, by=OPERATOR, at=at)


@pytest.mark.parametrize("about", ["purchase_id", "entitlement_id", "case_id"])
def test_a_note_is_about_something_that_exists(about: str, at: datetime) -> None:
    with refused(NotFound):
        annotate(text="x", **{about: uuid4()}, by=OPERATOR, at=at)  # type: ignore[arg-type]


def test_a_note_is_about_something(at: datetime) -> None:
    with refused(NoteInvalid, match="is about"):
        annotate(text="x", by=OPERATOR, at=at)
