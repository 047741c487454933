"""The trace as support reads it: answers, notes, an address in full, and lines to be sent to."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.console.conftest import SignedIn
from tests.queries.builders import live_a_life
from tests.records import unchanged

from counterfoil.console.acts import BUTTONS
from counterfoil.console.hints import GROUPS, HINTS
from counterfoil.effects.settling import settle
from counterfoil.models import AuditEntry, Delivery, ExceptionCase, Note
from counterfoil.models.ids import handle_of
from counterfoil.operations.extend import extend
from counterfoil.operations.grant import grant
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.record_bounce import record_bounce
from counterfoil.operations.revoke import revoke
from counterfoil.rules.bounces import BounceKind
from counterfoil.rules.grants import GrantCategory
from counterfoil.testing.builders import OPERATOR, Issued, issue_many, issue_one, make_product, now

pytestmark = pytest.mark.django_db


def shown(answer: Any) -> str:
    """Give what stands on a page, without marks, in one line."""
    bare = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return " ".join(unescape(bare).split())


def trace_of(client: Client, where: object) -> str:
    return shown(client.get(f"/console/trace/{where}/"))


def test_answers_what_support_is_asked(support: Client) -> None:
    issued = live_a_life().issued

    page = trace_of(support, issued.purchase.pk)

    for told in (
        "Was it issued? Yes: 3 entitlements, through Shop.",
        "Codes sent to a•••@example.com; nothing came back.",
        "1 of 3: Yes, by b•••@example.com for Miso.",
        "Nobody has the other 2.",
        "The last try was refused: already used by somebody else. The customer read:",
        "2 of 3: On hold (dispute dp_1) by Stripe.",
        "Refunded $114.00: 1 revoked.",
        "The payment is disputed: product not received.",
        "The code was replaced by Olga Operator: the code was lost; Called from the number on",
        "A case waits for a person: Dispute about something in use.",
    ):
        assert told in page


def test_answers_for_the_one_that_was_found(support: Client) -> None:
    issued = live_a_life().issued

    page = trace_of(support, handle_of(issued.entitlement_ids[2]))

    assert "In short, for 3 of 3" in page
    assert "Has it been redeemed? No, nobody has it." in page
    assert "No attempt failed." in page
    assert "It can be made valid again. Reinstate" in page


def test_says_what_is_next_as_it_stands(support: Client) -> None:
    issued = issue_one(reference="CF-1")
    settle()
    where, fresh = issued.entitlement().handle, trace_of(support, issued.purchase.pk)
    record_bounce(
        delivery_id=Delivery.objects.get().pk,
        kind=BounceKind.HARD,
        description="550 5.1.1",
        by=OPERATOR,
        at=now(),
    )
    bounced = trace_of(support, where)
    extend(
        entitlement_id=issued.id,
        until=now() - timedelta(days=1),
        by=OPERATOR,
        at=now(),
        reason="mistake",
    )
    expired = trace_of(support, where)
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="fraud", comment="Case 9")
    revoked = trace_of(support, where)

    assert "It can be issued anew: for a lost code, or one that others saw. Replace code" in fresh
    assert "None of these. Valid" in fresh
    assert "Codes to a•••@example.com bounced (hard 5.1.1)." in bounced
    assert "The mail did not arrive. Ask for the right address." in bounced
    assert "Expired, and nobody used it." in expired
    assert "With a later end date it can be used again. Change validity" in expired
    assert "Revoked by Olga Operator: suspected fraud; Case 9." in revoked
    assert "It can be made valid again. Reinstate" in revoked


def test_says_whose_it_is_to_do_what_a_role_may_not(signed_in: SignedIn) -> None:
    issued = issue_one()
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="fraud")

    page = trace_of(signed_in("Support 1"), issued.entitlement().handle)

    assert "“Reinstate” is for Support 2." in page
    assert "/act/reinstate/" not in page


def test_says_who_gave_something_without_a_sale_and_why(support: Client) -> None:
    granted = grant(
        request_id=uuid4(),
        product=make_product(),
        quantity=1,
        category=GrantCategory.CUSTOMER_SERVICE,
        reason="Lost in the mail",
        reference="ZD-1",
        by=OPERATOR,
        at=now(),
    )

    page = trace_of(support, granted.pk)

    assert "Yes, without a sale: by Olga Operator as customer service. Reason: Lost in" in page
    assert "No mail was sent: we have no address of the buyer." in page


def test_large_purchases_are_answered_in_a_few_lines(support: Client) -> None:
    issued = issue_many(51)
    page = trace_of(support, issued.purchase.pk)
    assert "No, nobody has any of the 50." in page


def test_every_entry_can_be_linked_to(support: Client) -> None:
    issued = live_a_life().issued
    page = support.get(f"/console/trace/{issued.purchase.pk}/").content.decode()

    for unit in issued.purchase.entitlements.all():
        for entry in unit.entries.all():
            assert page.count(f'id="entry-{unit.handle}-{entry.seq}"') == 1


def test_every_button_says_what_it_will_do(support: Client) -> None:
    placed = [act for _, acts in GROUPS for act in acts]

    assert set(BUTTONS) <= set(HINTS)
    assert set(BUTTONS) <= set(placed)
    assert len(placed) == len(set(placed))
    handle = issue_one().entitlement().handle
    page = trace_of(support, handle)
    assert "Replace code A new code is sent; the old code stops working at once." in page


@pytest.fixture
def issued() -> Issued:
    """Sell two units."""
    return issue_many(2, reference="CF-1")


def test_a_note_is_kept_masked_and_stands_on_the_timeline(support: Client, issued: Issued) -> None:
    where = f"/console/notes/{issued.purchase.pk}/"
    handle = issued.entitlement().handle
    form = {
        "note_id": "00000000-0000-4000-8000-000000000000",
        "text": f"Read me {issued.codes[0]}\nof <b>ann@example.com</b>",
        "ticket": "ZD-1",
        "unit": handle,
    }

    answer = support.post(where, form)
    again = support.post(where, form)

    note = Note.objects.get()
    assert answer["Location"] == again["Location"]
    assert answer["Location"] == f"/console/trace/{issued.purchase.pk}/#note-{note.pk}"
    page = support.get(f"/console/trace/{issued.purchase.pk}/").content.decode()
    assert page.count(f'id="note-{note.pk}"') == 1
    assert "Note for ZD-1" in page
    assert "Read me [code]<br>of &lt;b&gt;a•••@example.com&lt;/b&gt;" in page
    assert note.entitlement is not None
    assert note.entitlement.handle == handle


def test_a_note_without_words_changes_nothing(support: Client, issued: Issued) -> None:
    with unchanged():
        answer = support.post(
            f"/console/notes/{issued.purchase.pk}/",
            {"note_id": "00000000-0000-4000-8000-000000000000", "text": " ", "ticket": "ZD-1"},
        )

    assert answer.status_code == 422
    assert "A note says something." in shown(answer)
    assert 'value="ZD-1"' in answer.content.decode()


@pytest.mark.parametrize(
    "where", ["nonsense", "00000000-0000-4000-8000-000000000000", "case-x", f"ent_{'0' * 26}"]
)
def test_a_note_about_nothing_is_refused(where: str, support: Client) -> None:
    with unchanged():
        answer = support.post(
            f"/console/notes/{where}/",
            {"note_id": "00000000-0000-4000-8000-000000000000", "text": "x"},
        )
    assert answer.status_code == 404


def test_a_note_on_a_case_leads_back_to_it(support: Client) -> None:
    live_a_life()
    case = ExceptionCase.objects.get()

    answer = support.post(
        f"/console/notes/case-{case.pk}/",
        {"note_id": "00000000-0000-4000-8000-000000000000", "text": "x"},
    )

    assert answer["Location"].startswith(f"/console/exceptions/{case.pk}/#note-")


def test_auditors_read_notes_and_write_none(signed_in: SignedIn, issued: Issued) -> None:
    page = trace_of(signed_in("Auditor"), issued.purchase.pk)
    assert "Notes None." in page
    assert "Write a note" not in page


def test_an_address_is_shown_once_for_a_reason(support: Client, issued: Issued) -> None:
    buyer = issued.purchase.buyer_id
    where = f"/console/people/{buyer}/read/"
    asked = {"from": str(issued.purchase.pk), "reason": "support_case", "ticket": "ZD-1"}

    before = support.get(where, {"from": str(issued.purchase.pk)})
    with unchanged():
        unsaid = support.post(where, asked | {"reason": ""})
    read = support.post(where, asked)
    after = trace_of(support, issued.purchase.pk)

    assert "ann.buyer@" not in shown(before) + shown(unsaid) + after
    assert unsaid.status_code == 422
    assert "ann.buyer@example.com" in shown(read)
    assert read["Cache-Control"] == "no-store"
    assert "Address shown in full" in after
    kept = AuditEntry.objects.get(act="read_personal")
    assert kept.data["case"] == "ZD-1"


def test_who_may_not_read_addresses_is_offered_nothing(signed_in: SignedIn, issued: Issued) -> None:
    client, buyer = signed_in("Support 1"), issued.purchase.buyer_id
    page = client.get(f"/console/trace/{issued.purchase.pk}/").content.decode()

    assert "/read/" not in page
    assert client.get(f"/console/people/{buyer}/read/").status_code == 403


def test_the_search_opens_partners_and_lists_what_is_ambiguous(support: Client) -> None:
    open_partner(slug="paws", name="Paws & Co", by=OPERATOR, at=now())
    alone = support.post("/console/search/", {"q": "Paws & Co"})
    issue_one(reference="paws")
    both = support.post("/console/search/", {"q": "paws"})
    nothing = support.post("/console/search/", {"q": "who knows"})

    assert alone["Location"] == "/console/partners/paws/"
    assert "Also under this name Paws & Co Partner" in shown(both)
    assert "Nothing found" in shown(nothing)
    assert "What to try" in shown(nothing)
