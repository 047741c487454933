"""Home, search, trace, exceptions: what support sees, and what nobody sees."""

import logging
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import SignedIn
from tests.intake.native import open_shop
from tests.queries.builders import live_a_life

from counterfoil.models import Entry, ExceptionCase
from counterfoil.operations.park import park
from counterfoil.rules.codes import display
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import an_order, converge, issue_many, issue_one, now

pytestmark = pytest.mark.django_db
SEARCH = "/console/search/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_home_shows_what_waits_and_what_came_in(support: Client) -> None:
    live_a_life()

    page = text_of(support.get("/console/"))

    assert "CF-2026-0107" in page
    assert "1 of 2 in use" in page
    assert "Dispute about something in use" in page
    assert "a•••@example.com" in page


def test_one_hit_opens_its_trace_with_the_answers_on_top(support: Client) -> None:
    issued = issue_one()
    handle = issued.entitlement().handle

    answer = support.post(SEARCH, {"q": display(issued.code)})

    assert answer.status_code == 302
    assert answer["Location"] == f"/console/trace/{handle}/"


def test_several_hits_are_listed_and_none_is_explained(support: Client) -> None:
    issue_one(reference="CF-1")
    issue_one(reference="CF-2")

    several = text_of(support.post(SEARCH, {"q": "ann.buyer@example.com"}))
    nothing = text_of(support.post(SEARCH, {"q": "CF-3"}))

    assert "2 matches" in several
    assert "CF-1" in several
    assert "Nothing found" in nothing
    assert 'value="CF-3"' in nothing


def test_a_search_is_no_address(support: Client) -> None:
    assert support.get(SEARCH, {"q": "CF-1"})["Location"] == "/console/"
    assert support.post(SEARCH, {"q": "  "})["Location"] == "/console/"


def test_the_trace_tells_the_story(support: Client) -> None:
    issued = live_a_life().issued

    page = text_of(support.get(reverse("counterfoil:console-trace", args=[issued.purchase.pk])))

    for told in (
        "Of 3 entitlements 1 is in use by b•••@example.com, 1 is unassigned, 1 is revoked.",
        "On hold: dispute dp_1.",
        "1 revoked",
        "The payment is disputed.",
        "Code redeemed by b•••@example.com",
        "reason: the code was lost",
        "Called from the number on file.",
        "3 entitlements issued",
        "live, replaced once",
        "already used by somebody else",
        "$114.00 refunded",
    ):
        assert told in page


def test_the_trace_of_what_does_not_exist_says_so(support: Client) -> None:
    for where in (uuid4(), "ent_nonsense", "nonsense", f"ent_{'0' * 26}"):
        answer = support.get(f"/console/trace/{where}/")
        assert answer.status_code == 404
        assert "This is not here" in text_of(answer)


def test_large_purchases_come_in_pages(support: Client) -> None:
    issued = issue_many(51)
    where = f"/console/trace/{issued.purchase.pk}/"

    first, second = text_of(support.get(where)), text_of(support.get(where, {"page": "2"}))

    assert "Page 1 of 2, 51 entitlements in all" in first
    assert "?page=2" in first
    assert "51 of 51" in second
    assert support.get(where, {"page": "x"}).status_code == 200


def test_exceptions_are_listed_by_kind_and_settled_with_an_outcome(support: Client) -> None:
    live_a_life()
    case = ExceptionCase.objects.get()
    where = reverse("counterfoil:console-exception", args=[case.pk])

    listed = text_of(support.get("/console/exceptions/", {"kind": case.kind}))
    shown = text_of(support.get(where))
    unsaid = support.post(where, {"outcome": ""})
    done = support.post(where, {"outcome": "kept", "comment": "Case 12"})
    again = support.post(where, {"outcome": "kept"})

    assert where in listed
    assert "dp_1" in shown
    assert unsaid.status_code == 409
    assert done["Location"] == where
    case.refresh_from_db()
    assert case.resolved_by == "Mara Support 2"
    assert case.outcome == "They may keep it. Case 12"
    assert "has settled this already" in text_of(again)


def test_an_auditor_reads_an_exception_and_cannot_settle_it(signed_in: SignedIn) -> None:
    case = park(kind=ExceptionKind.POISON_MESSAGE, key="evt_1", evidence={}, by=SYSTEM, at=now())
    auditor, where = signed_in("Auditor"), f"/console/exceptions/{case.pk}/"

    assert "Close it by hand" not in text_of(auditor.get(where))
    assert auditor.post(where, {"outcome": "done"}).status_code == 403
    case.refresh_from_db()
    assert case.resolved_at is None


def test_every_answer_has_the_headers(support: Client) -> None:
    for answer in (support.get("/console/"), Client().get("/console/sign-in/")):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_code_is_in_no_page_address_or_log(
    support: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    issued = live_a_life().issued
    caplog.clear()  # what selling it logged is another matter
    seen = []
    for code in (*issued.codes, issued.codes[0][:-1] + "?"):
        for spelled in (code, display(code), " ".join(code)):
            answer = support.post(SEARCH, {"q": spelled})
            seen += [answer.get("Location", ""), text_of(answer)]
    pages = ("/console/", "/console/exceptions/", f"/console/trace/{issued.purchase.pk}/")
    seen += [text_of(support.get(page)) for page in pages]

    told = ("".join(seen) + caplog.text).upper().replace("-", "").replace(" ", "")

    assert not [code for code in issued.codes if code in told or code[:12] in told]


def test_asks_the_channel_again(support: Client) -> None:
    shop = open_shop()
    cart = shop.paid_cart(2)
    order = an_order(reference=str(cart.pk))
    purchase = converge(shop.connection, replace(order, lines=())).purchase
    where = f"/console/trace/{purchase.pk}/"

    offered = text_of(support.get(where))
    done = support.post(f"{where}re-sync/")

    assert "Re-sync with Ours" in offered
    assert done["Location"] == where
    assert "Ours was asked" in text_of(support.get(where))
    assert purchase.entitlements.count() == 2
    entry = Entry.objects.filter(purchase=purchase).first()
    assert entry is not None
    assert entry.actor_display == "Mara Support 2"


def test_says_when_the_channel_knows_no_such_order(support: Client) -> None:
    shop = open_shop()
    purchase = converge(shop.connection, an_order(reference=str(uuid4()))).purchase

    support.post(f"/console/trace/{purchase.pk}/re-sync/")

    assert "does not know this order" in text_of(support.get(f"/console/trace/{purchase.pk}/"))
