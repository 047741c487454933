"""Repairs in the console: tickets, entries, stale pages, stuck onboarding, refunds, addresses."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.console.conftest import SignedIn
from tests.converged import UNIT, make_shop, of, refund_of, use_one
from tests.onboarding import FULL, HOME, KINDS, claim, publish

from counterfoil.effects.settling import settle
from counterfoil.models import Entitlement, Entry, OnboardingStep, Purchase
from counterfoil.models.ids import id_of
from counterfoil.operations.redeem import redeem
from counterfoil.testing.builders import (
    ORIGIN,
    Issued,
    converge,
    customer,
    issue_one,
    make_assignee,
    now,
)

pytestmark = pytest.mark.django_db


def where(handle: str, act: str) -> str:
    return reverse("counterfoil:console-act", args=[handle, act])


def act_on(client: Client, handle: str, act: str, **answers: str) -> Any:
    unit = Entitlement.objects.get(pk=id_of(handle))
    given = {"reason": "other", "comment": "A case", "version": str(unit.version)}
    return client.post(where(handle, act), given | answers)


def use(issued: Issued) -> None:
    ana = make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)


def test_names_the_ticket_and_leads_to_the_entry(support: Client) -> None:
    issued = issue_one()
    handle = issued.entitlement().handle

    done = act_on(support, handle, "replace_code", ticket="ZD-4711")

    assert done["Location"].endswith(f"/{handle}/#entry-{handle}-2")
    assert Entry.objects.get(act_name="replace_code").data == {"case": "ZD-4711"}
    page = support.get(done["Location"]).content.decode()
    assert f'<a href="#entry-{handle}-2">See the entry.</a>' in page


@pytest.mark.parametrize("ticket", ["ann@example.com", "4242 4242 4242 4242", "x" * 101])
def test_keeps_nothing_in_the_name_of_a_ticket_that_is_none(support: Client, ticket: str) -> None:
    issued = issue_one()

    answer = act_on(support, issued.entitlement().handle, "revoke", ticket=ticket)

    assert answer.status_code == 409
    assert 'id="id_ticket_error"' in answer.content.decode()
    assert not Entry.objects.filter(act_name="revoke").exists()


def test_masks_what_a_comment_must_not_keep(support: Client) -> None:
    issued = issue_one()

    said = "ann@example.com paid with 4242424242424242"

    act_on(support, issued.entitlement().handle, "revoke", comment=said)

    kept = Entry.objects.get(act_name="revoke").comment
    assert kept == "a•••@example.com paid with [card ending 4242]"


def test_replacing_what_was_just_redeemed_says_by_whom_and_what_can_be_done(
    support: Client,
) -> None:
    issued = issue_one()
    handle, shown = issued.entitlement().handle, issued.entitlement().version
    use(issued)

    answer = act_on(support, handle, "replace_code", version=str(shown))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "It changed since you opened this page" in page
    assert "Code redeemed by a•••@example.com" in page
    assert "its code is spent. Take it back first" in page
    assert "<textarea" not in page
    assert not Entry.objects.filter(act_name="replace_code").exists()


def test_tells_the_second_of_two_what_the_first_did(signed_in: SignedIn) -> None:
    issued = issue_one()
    handle, shown = issued.entitlement().handle, issued.entitlement().version
    first, second = signed_in("Support 2"), signed_in("Support 1")
    assert act_on(first, handle, "replace_code").status_code == 302

    answer = act_on(second, handle, "replace_code", version=str(shown))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Code replaced; the old one no longer works" in page
    assert "Mara Support 2" in page
    assert 'value="2"' in page  # who still wants to has read what happened
    assert Entry.objects.filter(act_name="replace_code").count() == 1


def test_offers_nothing_with_what_has_expired_but_a_longer_validity(support: Client) -> None:
    issued = issue_one()
    act_on(support, issued.entitlement().handle, "extend", until="2020-01-01")
    handle = issued.entitlement().handle

    trace = support.get(f"/console/trace/{issued.purchase.pk}/").content.decode()
    asked = support.get(where(handle, "resend_code")).content.decode()

    assert set(re.findall(r"/act/(\w+)/", trace)) == {"extend", "revoke", "place_hold"}
    assert "It expired on 1 January 2020." in asked


def test_says_how_many_codes_one_may_still_see(support: Client) -> None:
    issued = issue_one()
    handle = issued.entitlement().handle
    act_on(support, handle, "reveal_code")

    asked = support.get(where(handle, "reveal_code")).content.decode()

    assert "You have revealed 1 of the 20 codes you may in 24 hours." in asked


def test_says_that_what_is_being_set_up_is_taken_down_afterwards(support: Client) -> None:
    issued = issue_one()
    use(issued)
    handle = issued.entitlement().handle
    act_on(support, handle, "complete_subject", subject_name="Miso")

    asked = support.get(where(handle, "revoke")).content.decode()

    assert "It is being set up just now." in asked


def test_completes_a_stuck_onboarding_step_by_step(signed_in: SignedIn, settings: Any) -> None:
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS
    publish()
    issued, _, held = claim(FULL)
    handle, support = issued.entitlement().handle, signed_in("Support 1")

    asked = support.get(where(handle, "complete_step")).content.decode()
    [text] = re.findall(r'name="text" value="([^"]+)"', asked)
    assert "We look at your dog" in asked
    unsaid = act_on(support, handle, "complete_step", step="consent", text=text)
    assert unsaid.status_code == 409
    agreed = {"agreed_by": "holder", "agreed_how": "phone"}
    done = act_on(support, handle, "complete_step", step="consent", text=text, **agreed)
    assert done.status_code == 302
    home = {f"step_{name}": value for name, value in HOME.items()}
    wrong = act_on(support, handle, "complete_step", step="address", **(home | {"step_city": ""}))
    assert 'id="id_step_city_error"' in wrong.content.decode()
    assert act_on(support, handle, "complete_step", step="address", **home).status_code == 302

    assert OnboardingStep.objects.get(key="address").answers()["city"] == "Madrid"
    entries = Entry.objects.filter(act_name="complete_step").order_by("seq")
    assert entries[0].data["agreed_how"] == "phone"
    assert "Madrid" not in str([one.data for one in entries])
    assert held.steps.count() == 2


def test_decides_what_a_refund_means_for_one_in_use(signed_in: SignedIn) -> None:
    shop = make_shop()
    purchase = converge(shop, of(1)).purchase
    use_one(purchase)
    converge(shop, replace(of(1), refunds=(refund_of(("li_1", 1, UNIT)),)))
    unit = Entitlement.objects.get()
    finance = signed_in("Finance")

    assert act_on(finance, unit.handle, "decide_refund", decision="revoke").status_code == 302
    assert Entitlement.objects.get().state == "revoked"
    kept = act_on(finance, unit.handle, "decide_refund", decision="keep", reason="goodwill")

    assert kept.status_code == 302
    assert Entitlement.objects.get().state == "assigned"
    nonsense = act_on(finance, unit.handle, "decide_refund", decision="maybe")
    assert nonsense.status_code == 409


def test_says_so_where_nobody_is_written_to_from_here(signed_in: SignedIn) -> None:
    issued = issue_one()
    settle()
    Purchase.objects.update(notify=False)
    support, handle = signed_in("Support 1"), issued.entitlement().handle

    asked = support.get(where(handle, "correct_buyer")).content.decode()
    assert "whoever sold it writes to its buyers" in asked
    done = act_on(support, handle, "correct_buyer", mail="ann@example.org", proof="called_back")

    page = support.get(done["Location"]).content.decode()
    assert "The codes go to" not in page
    assert "whoever sold it writes to them" in page


def test_corrects_the_address_of_a_buyer(signed_in: SignedIn) -> None:
    issued = issue_one()
    settle()
    support, handle = signed_in("Support 1"), issued.entitlement().handle

    missing = act_on(support, handle, "correct_buyer", mail="ann@example.org")
    assert 'id="id_proof_error"' in missing.content.decode()
    done = act_on(support, handle, "correct_buyer", mail="ann@example.org", proof="called_back")

    assert done.status_code == 302
    buyer = Purchase.objects.get().buyer
    assert buyer is not None
    assert buyer.contact().mail == "ann@example.org"  # type: ignore[union-attr]
    assert Entry.objects.get(act_name="correct_buyer").data["proof"] == "called_back"
