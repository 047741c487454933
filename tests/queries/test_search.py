"""One box: whatever was pasted leads to where it belongs, and a code leaves no mark."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.queries.builders import live_a_life

from counterfoil.models import Account, Attempt, Delivery, HoldKind, Link, Subject
from counterfoil.models.keys import keyring
from counterfoil.operations._auditing import note
from counterfoil.operations.annotate import annotate
from counterfoil.operations.extend import extend
from counterfoil.operations.grant import grant
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.park import park
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.replace_code import replace_code
from counterfoil.queries.found import Kind, PlaceKind
from counterfoil.queries.search import search
from counterfoil.rules.codes import display, draw_code, draw_token
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    OPERATOR,
    Issued,
    issue_many,
    issue_one,
    make_product,
    now,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("spelling", [str, str.lower, display, lambda code: " ".join(code)])
def test_finds_a_code_in_any_spacing_and_keeps_nothing_of_it(
    spelling: Callable[[str], str],
) -> None:
    issued = issue_one()

    with CaptureQueriesContext(connection) as captured:
        found = search(f"  {spelling(issued.code)} ", now=now())

    assert found.kind is Kind.CODE
    assert found.only is not None
    assert found.only.handle == issued.entitlement().handle
    assert found.term == ""
    asked = repr([query["sql"] for query in captured]) + repr(found)
    assert issued.code not in asked.upper().replace("-", "").replace(" ", "")


def test_finds_what_a_replaced_code_belonged_to() -> None:
    issued = issue_one()
    replace_code(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="lost")

    assert search(issued.code, now=now()).only is not None


def test_finds_by_the_link_of_a_mail() -> None:
    storied, token = live_a_life(), draw_token()
    unit = storied.issued.entitlement_ids[1]
    looked_up = keyring().lookup("link:", token)
    code = storied.issued.purchase.entitlements.get(pk=unit).codes.get(state="live")
    Link.objects.create(
        code=code,
        delivery=Delivery.objects.get(),
        key_id=looked_up.key_id,
        lookup=looked_up.digest,
        created_at=now(),
    )

    for pasted in (token, f"https://shop.example/c#{token}", f"shop.example/c#{token.lower()}"):
        found = search(pasted, now=now())
        assert found.kind is Kind.CODE
        assert found.only is not None
        assert found.only.handle == code.entitlement.handle


def test_finds_by_everything_else() -> None:
    issued = live_a_life("CF-2026-0107").issued
    purchase = issued.purchase

    for text, kind in {
        "CF-2026-0107": Kind.REFERENCE,
        "#CF-2026-0107": Kind.REFERENCE,
        "pi_CF-2026-0107": Kind.REFERENCE,
        "re_1": Kind.REFERENCE,
        "dp_1": Kind.REFERENCE,
        "Ann.Buyer@example.com ": Kind.MAIL,
        str(purchase.pk): Kind.ID,
    }.items():
        found = search(text, now=now())
        assert (found.kind, found.term) == (kind, text.strip())
        assert found.only is not None, text
        assert (found.only.purchase_id, found.only.handle) == (purchase.pk, ""), text
    handle = issued.entitlement().handle
    for text, kind in {handle: Kind.HANDLE, str(issued.id): Kind.ID}.items():
        found = search(text.upper(), now=now())
        assert found.kind is kind
        assert found.only is not None
        assert found.only.handle == handle


def test_finds_what_somebody_was_given() -> None:
    issued = live_a_life().issued

    found = search("ben@example.com", now=now())

    assert found.only is not None
    assert found.only.handle == issued.entitlement().handle
    assert found.only.holder == "b•••@example.com"


def test_last_four_alone_name_nobody_and_open_nothing() -> None:
    issued = issue_one()

    found = search(issued.code[-4:].lower(), now=now())

    assert found.needs_more
    assert found.only is None
    assert [hit.handle for hit in found.hits] == [issued.entitlement().handle]
    assert {hit.buyer + hit.holder for hit in found.hits} == {""}


def test_last_four_with_a_second_fact_find_the_one() -> None:
    issued = issue_many(3, reference="CF-1")
    last = issued.codes[1][-4:]

    for text in (
        f"{last} ann.buyer@example.com",
        f"ann.buyer@example.com ••••-{last}",
        f"CF-1 {last}",
        f"{last} pi_CF-1",
    ):
        found = search(text, now=now())
        assert found.kind is Kind.LAST_FOUR
        assert found.only is not None
        assert found.only.last_four == last
    assert search(f"{last} somebody.else@example.com", now=now()).hits == ()


def test_many_are_bounded() -> None:
    issue_many(40)

    found = search("ann.buyer@example.com", now=now())

    assert len(found.hits) == 25
    assert found.is_truncated


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "ent_nonsense", "nobody@example.com", "x" * 256, "%_'\"", "🦴", "#"]
)
def test_nonsense_finds_nothing(text: str) -> None:
    issue_one()

    assert search(text, now=now()).hits == ()


def test_what_might_be_a_mistyped_code_is_not_shown_again() -> None:
    code = draw_code()
    for text in (
        code,
        code[:-1],
        display(code),
        draw_token(),
        f"https://x.example/c#{draw_token()}",
    ):
        assert search(text, now=now()).term == ""


def test_an_order_whose_number_looks_like_an_id_is_found() -> None:
    reference = str(uuid4())
    issued = issue_one(reference=reference)

    found = search(reference, now=now())

    assert (found.kind, found.term) == (Kind.REFERENCE, reference)
    assert found.only is not None
    assert found.only.purchase_id == issued.purchase.pk


def test_a_grant_is_known_by_the_case_it_is_about() -> None:
    granted = grant(
        request_id=uuid4(),
        product=make_product(),
        quantity=1,
        category=GrantCategory.TEST,
        reason="To try it",
        reference="Case 8841",
        by=OPERATOR,
        at=now(),
    )

    found = search("Case 8841", now=now())

    assert found.only is not None
    assert (found.only.purchase_id, found.only.reference) == (granted.pk, "Case 8841")


@pytest.fixture
def ticketed() -> Issued:
    """Sell something, and touch it three ways upon tickets."""
    issued = issue_one(reference="CF-7")
    by = replace(OPERATOR, case="ZD-3")
    annotate(text="x", reference="ZD-1", purchase_id=issued.purchase.pk, by=OPERATOR, at=now())
    place_hold(
        entitlement_ids=[issued.id],
        kind=HoldKind.FRAUD,
        reference="ZD-2",
        by=OPERATOR,
        at=now(),
        reason="fraud",
    )
    until = now() + timedelta(days=400)
    extend(entitlement_id=issued.id, until=until, by=by, at=now(), reason="goodwill")
    return issued


@pytest.mark.parametrize("ticket", ["ZD-1", "zd-2", "#ZD-3", " ZD-3 "])
def test_finds_what_staff_touched_upon_a_ticket(ticket: str, ticketed: Issued) -> None:
    found = search(ticket, now=now())

    assert found.kind is Kind.TICKET
    assert found.only is not None
    assert found.only.purchase_id == ticketed.purchase.pk
    assert found.hits[0].because == f"under the ticket {ticket.strip()}"


def test_finds_a_case_by_the_ticket_upon_which_it_was_settled() -> None:
    case = park(kind=ExceptionKind.POISON_MESSAGE, key="m", evidence={}, by=SYSTEM, at=now())
    by = replace(OPERATOR, case="ZD-10")
    note("settle_case", connection=None, subject=str(case.pk), by=by, at=now())

    place = search("zd-10", now=now()).place

    assert place is not None
    assert (place.kind, place.where) == (PlaceKind.CASE, str(case.pk))


def test_finds_a_case_that_belongs_to_nothing_by_its_ticket_and_by_its_id() -> None:
    case = park(kind=ExceptionKind.POISON_MESSAGE, key="m", evidence={}, by=SYSTEM, at=now())
    annotate(text="x", reference="ZD-9", case_id=case.pk, by=OPERATOR, at=now())

    for text in ("ZD-9", str(case.pk)):
        place = search(text, now=now()).place
        assert place is not None
        assert (place.kind, place.where) == (PlaceKind.CASE, str(case.pk))


def test_finds_by_what_something_is_for_in_any_case() -> None:
    storied = live_a_life()
    Subject.objects.update(external_reference="dog-77")

    for text in ("Miso", "MISO", "dog-77"):
        found = search(text, now=now())
        assert found.kind is Kind.SUBJECT
        assert found.only is not None
        assert found.only.handle == storied.issued.entitlement().handle


def test_finds_by_the_account_of_the_host() -> None:
    storied = live_a_life()
    Account.objects.filter(pk=storied.holder.account_id).update(external_reference="user-17")

    found = search("user-17", now=now())

    assert found.only is not None
    assert (found.kind, found.hits[0].because) == (Kind.ACCOUNT, "account user-17")


def test_finds_a_partner_by_either_name() -> None:
    open_partner(slug="paws", name="Paws & Co", by=OPERATOR, at=now())

    for text in ("paws", "PAWS & co", "Paws &"):
        place = search(text, now=now()).place
        assert place is not None
        assert (place.kind, place.where, place.label) == (PlaceKind.PARTNER, "paws", "Paws & Co")


def test_a_name_that_means_several_things_opens_none_of_them() -> None:
    issue_one(reference="paws")
    open_partner(slug="paws", name="Paws & Co", by=OPERATOR, at=now())

    found = search("paws", now=now())

    assert (len(found.hits), len(found.places)) == (1, 1)
    assert found.only is None
    assert found.place is None


def test_finds_what_somebody_tried_in_vain() -> None:
    issued = live_a_life().issued
    carl = Account.objects.exclude(assignments__isnull=False).get(person__isnull=False)
    Attempt.objects.exclude(outcome="ok").update(account=carl)

    found = search("carl@example.com", now=now())

    assert found.only is not None
    assert found.only.handle == issued.entitlement().handle
    assert "refused" in found.hits[0].because
    assert [place.kind for place in found.places] == [PlaceKind.PERSON]


def test_finds_what_stands_in_a_sentence() -> None:
    issued = issue_one(reference="CF-7")
    handle = issued.entitlement().handle

    for text, kind in {
        f"Hi! My code {display(issued.code)} does not work.": Kind.CODE,
        f"see https://x.example/console/trace/{handle}/": None,
        f"the handle is {handle}, thanks": Kind.HANDLE,
        "Ann <ann.buyer@example.com> asks": Kind.MAIL,
        "where is order #CF-7?": Kind.REFERENCE,
    }.items():
        found = search(text, now=now())
        if kind is not None:
            assert found.only is not None, text
            assert found.kind is kind
        assert issued.code not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x02",
        "ent_",
        "#" * 500,
        "a@" * 300,
        "'; DROP TABLE counterfoil_code; --",
        "%s %(x)s {0} \\u0000 \ud800",
        "{}" * 400,
        "9" * 1_500,
        "\u202e\u200b",
        "1 " * 700,
        '{"name": null}',
    ],
)
def test_garbage_finds_nothing_and_breaks_nothing(text: str) -> None:
    issued = live_a_life().issued

    found = search(text, now=now())

    assert found.hits == ()
    assert issued.code not in repr(found)


def test_a_mistyped_code_in_a_sentence_is_not_shown_again() -> None:
    code = display(draw_code())
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert search(f"my code is {mistyped} please", now=now()).term == ""


def test_a_code_with_a_wrong_symbol_is_called_one() -> None:
    code = issue_one().code
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")

    found = search(display(mistyped), now=now())

    assert (found.kind, found.hits) == (Kind.MISTYPED, ())
    assert search(draw_code(), now=now()).kind is Kind.REFERENCE
