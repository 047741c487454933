"""Each act: what it says first, what it does, and that a refusal changes nothing."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import SignedIn
from tests.queries.builders import live_a_life
from tests.transfers import cut_off

from counterfoil.models import Assignment, Entry, Hold, Purchase
from counterfoil.rules.acts import ALLOWED
from counterfoil.rules.codes import display
from counterfoil.rules.lifecycle import State
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import Issued, issue_one, make_assignee, make_product, now

pytestmark = pytest.mark.django_db
FIT = {
    *("assign", "replace_code", "reveal_code", "revoke", "place_hold", "extend", "set_gift"),
    *("resend_code", "reserve", "correct_buyer"),
}  # what may be done with something that was just bought


def where(issued: Issued, act: str) -> str:
    return reverse("counterfoil:console-act", args=[issued.entitlement().handle, act])


def act_on(client: Client, issued: Issued, act: str, **answers: str) -> Any:
    given = {"reason": "other", "comment": "A case", "version": str(issued.entitlement().version)}
    return client.post(where(issued, act), given | answers)


def acts_of(issued: Issued) -> list[str]:
    return list(Entry.objects.filter(entitlement=issued.id).values_list("act_name", flat=True))


def test_replaces_a_code_with_who_and_why(support: Client) -> None:
    issued = issue_one()

    asked = support.get(where(issued, "replace_code"))
    done = act_on(support, issued, "replace_code", reason="lost", comment="Called us")

    assert "The old code stops working at once" in asked.content.decode()
    assert done["Location"].startswith(f"/console/trace/{issued.entitlement().handle}/")
    entry = Entry.objects.get(act_name="replace_code")
    assert (entry.actor_kind, entry.actor_display) == ("operator", "Mara Support 2")
    assert (entry.reason, entry.comment) == ("lost", "Called us")
    assert "The code was replaced" in support.get(done["Location"]).content.decode()


def test_shows_a_code_once_in_the_answer_and_nowhere_else(
    support: Client, caplog: pytest.LogCaptureFixture
) -> None:
    issued = issue_one()

    shown = act_on(support, issued, "reveal_code", reason="mail_not_received")

    assert shown.status_code == 200
    assert display(issued.code) in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert acts_of(issued) == ["issue", "reveal_code"]
    again = support.get(f"/console/trace/{issued.purchase.pk}/").content.decode()
    for kept in (again, repr(dict(support.session)), caplog.text, repr(support.cookies)):
        assert issued.code not in kept
        assert display(issued.code) not in kept


def test_showing_it_again_by_reloading_is_refused(support: Client) -> None:
    issued = issue_one()
    version = str(issued.entitlement().version)
    act_on(support, issued, "reveal_code", version=version)

    again = act_on(support, issued, "reveal_code", version=version)

    assert again.status_code == 409
    assert display(issued.code) not in again.content.decode()
    assert acts_of(issued) == ["issue", "reveal_code"]


def test_assigns_by_address_completes_and_takes_back(support: Client) -> None:
    issued = issue_one()

    wrong = act_on(support, issued, "assign", mail="ana@example")
    assert "not an address" in wrong.content.decode()
    assert act_on(support, issued, "assign", mail="Ana@example.com").status_code == 302
    assert Assignment.objects.get().account_id == make_assignee("ana@example.com").account_id
    missing = act_on(support, issued, "complete_subject", subject_name="")
    assert "Name is missing" in missing.content.decode()
    assert act_on(support, issued, "complete_subject", subject_name="Miso").status_code == 302
    assert str(Assignment.objects.get().subject) == "Miso"
    assert act_on(support, issued, "unassign").status_code == 302
    assert acts_of(issued) == ["issue", "assign", "complete_subject", "unassign"]


def test_revokes_and_reinstates(support: Client) -> None:
    issued = issue_one()

    assert act_on(support, issued, "revoke").status_code == 302
    assert issued.entitlement().state == State.REVOKED
    assert act_on(support, issued, "reinstate").status_code == 302
    assert issued.entitlement().state == State.ISSUED


def test_places_and_lifts_a_hold(support: Client) -> None:
    issued = issue_one()

    assert act_on(support, issued, "place_hold", kind="nonsense").status_code == 409
    assert (
        act_on(support, issued, "place_hold", kind="fraud", reference="case 7").status_code == 302
    )
    lifting = support.get(where(issued, "lift_hold")).content.decode()
    assert act_on(support, issued, "lift_hold", hold="fraud:case 7").status_code == 302

    assert 'value="fraud:case 7"' in lifting
    assert issued.entitlement().held_count == 0
    assert Hold.objects.get().lifted_at is not None


def test_changes_validity_to_the_end_of_a_day_or_to_none(support: Client) -> None:
    issued = issue_one()
    day = (now() + timedelta(days=40)).date()

    assert act_on(support, issued, "extend", until="2026-02-31").status_code == 409
    assert act_on(support, issued, "extend", until=day.isoformat()).status_code == 302
    until = issued.entitlement().expires_at
    assert until is not None
    assert until.isoformat() == f"{day}T23:59:59+00:00"
    assert act_on(support, issued, "extend", endless="on").status_code == 302
    assert issued.entitlement().expires_at is None


@pytest.mark.parametrize("act", [act.value for act in ALLOWED])
@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"version": "0"}, "It changed since you opened this page"),
        ({"reason": "", "comment": ""}, "Choose why."),
        ({"reason": "because"}, "Choose why."),
        ({"reason": "other", "comment": " "}, "Say in a few words"),
    ],
)
def test_asks_again_and_changes_nothing(
    support: Client, act: str, spoiled: Mapping[str, str], told: str
) -> None:
    if act == "complete_subject" and "version" not in spoiled:
        pytest.skip("is a fact, and needs no reason")
    issued = issue_one()

    answer = act_on(support, issued, act, **spoiled)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert (told if act in FIT or "version" in spoiled else "this cannot be done") in page
    assert acts_of(issued) == ["issue"]


@pytest.mark.parametrize("act", ["reinstate", "unassign", "lift_hold", "complete_subject"])
def test_says_when_it_cannot_be_done_from_here(support: Client, act: str) -> None:
    issued = issue_one()

    assert "this cannot be done" in support.get(where(issued, act)).content.decode()
    assert act_on(support, issued, act, hold="fraud:x").status_code in {302, 409}
    assert acts_of(issued) == ["issue"]


def test_offers_only_what_is_allowed_from_here_and_by_the_role(signed_in: SignedIn) -> None:
    issued = live_a_life().issued
    page = f"/console/trace/{issued.purchase.pk}/"

    offered = {
        role: set(re.findall(r"/act/(\w+)/", signed_in(role).get(page).content.decode()))
        for role in ("Support 1", "Support 2", "Auditor")
    }

    assert offered["Auditor"] == set()
    assert offered["Support 1"] == set()  # one is used, one on hold, one revoked
    assert offered["Support 2"] == {
        "retry_provisioning",
        "decide_refund",
        "unassign",
        "revoke",
        "place_hold",
        "lift_hold",
        "extend",
        "reinstate",
        "correct_subject",
        "transfer",
    }


def test_grants_once_however_often_it_is_sent(support: Client) -> None:
    make_product()
    page = support.get("/console/grant/")
    given = {
        "request_id": page.context["request_id"],
        "product": "DNA-STD",
        "quantity": "2",
        "category": "customer_service",
        "reference_kind": "case",
        "reference": "Case 8841",
        "why": "Kit was damaged",
        "recipient": "ana@example.com",
    }

    first, second = support.post("/console/grant/", given), support.post("/console/grant/", given)

    purchase = Purchase.objects.get()
    assert first["Location"] == second["Location"] == f"/console/trace/{purchase.pk}/"
    assert purchase.entitlements.count() == 2
    assert (
        "Given without a sale by Mara Support 2 on"
        in support.get(first["Location"]).content.decode()
    )


@pytest.mark.parametrize(
    "spoiled",
    [
        {"quantity": "0"},
        {"quantity": "21"},
        {"quantity": "²"},
        {"product": "nothing"},
        {"category": "because"},
        {"reference": " "},
        {"why": ""},
        {"recipient": "ana@"},
        {"request_id": "1"},
    ],
)
def test_grants_nothing_that_is_not_said_well(support: Client, spoiled: dict[str, str]) -> None:
    make_product()
    given = {
        "request_id": str(uuid4()),
        "product": "DNA-STD",
        "quantity": "2",
        "category": "test",
        "reference": "Case 8841",
        "why": "To try it",
    }

    assert support.post("/console/grant/", given | spoiled).status_code == 409
    assert not Purchase.objects.exists()


def test_a_form_of_another_site_does_nothing(support: Client) -> None:
    issued = issue_one()
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = support.cookies

    refused = act_on(browser, issued, "revoke")

    assert refused.status_code == 403
    assert acts_of(issued) == ["issue"]


def test_transfers_to_an_address_and_corrects_the_subject(support: Client) -> None:
    issued = issue_one()
    act_on(support, issued, "assign", mail="ana@example.com")
    act_on(support, issued, "complete_subject", subject_name="Miso")

    asked = support.get(where(issued, "correct_subject")).content.decode()
    assert 'value="Miso"' in asked
    assert "Miso" in asked
    assert act_on(support, issued, "correct_subject", subject_name="Rex").status_code == 302
    assert act_on(support, issued, "transfer", mail="bob@").status_code == 409
    assert act_on(support, issued, "transfer", mail="bob@example.com").status_code == 302

    told = support.get(f"/console/trace/{issued.purchase.pk}/").content.decode()
    assert "Transferred to b•••@example.com" in told
    assert "Is for Rex now" in told
    assert told.count("<dt>Before</dt>") == 2
    assert acts_of(issued)[-4:] == ["correct_subject"] * 2 + ["transfer"] * 2


def test_says_before_it_overrides_a_cut_off(support: Client) -> None:
    issued = issue_one(terms=Terms(cutoff="card_sent"))
    act_on(support, issued, "assign", mail="ana@example.com")
    cut_off(issued.id)

    for act in ("transfer", "unassign"):
        assert "The host says: card_sent." in support.get(where(issued, act)).content.decode()
    assert act_on(support, issued, "transfer", mail="bob@example.com").status_code == 302

    assert Entry.objects.filter(entitlement=issued.id).latest("seq").data == {
        "despite": "card_sent"
    }
    told = support.get(f"/console/trace/{issued.purchase.pk}/").content.decode()
    assert "card_sent" in told
    assert "The host says" in told


def test_offers_only_to_correct_what_was_said(support: Client) -> None:
    issued = issue_one()
    act_on(support, issued, "assign", mail="ana@example.com")

    trace = support.get(f"/console/trace/{issued.purchase.pk}/").content.decode()

    assert "correct_subject" not in trace
    assert "/transfer/" in trace
