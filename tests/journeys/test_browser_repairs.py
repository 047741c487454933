"""Support repairs: a refund nobody understood, a customer who is stuck, an address mistyped."""

from dataclasses import replace

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Entitlement, ExceptionCase, OnboardingStep
from counterfoil.operations.replace_code import replace_code
from counterfoil.testing.builders import OPERATOR, a_refund, converge, issue_one, now
from tests.arriving import newest_mail
from tests.browsing import DESK, PHONE, Visit, Visiting
from tests.console.conftest import PASSWORD, make_staff
from tests.converged import UNIT, make_shop, of, use_one
from tests.onboarding import FULL, KINDS, claim, publish

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(staff: Visit, name: str, role: str) -> Visit:
    make_staff(role, username=name)
    staff.page.goto("/console/")
    staff.fill("User name", name)
    staff.fill("Password", PASSWORD)
    staff.press("Sign in")
    return staff


def test_decides_a_refund_that_did_not_say_what_it_was_for(
    visiting: Visiting, live_server: LiveServer, settings: Settings
) -> None:
    settings.COUNTERFOIL_SITE_URL = live_server.url
    money = a_refund(UNIT, quantity=None, reference="re_3Qx81")
    purchase = converge(make_shop(), of(3)).purchase
    use_one(purchase)
    converge(purchase.connection, replace(of(3), refunds=(money,)))  # type: ignore[arg-type]
    settle()

    staff = sign_in(visiting(viewport=DESK), "nina", "Finance")
    staff.page.goto(f"/console/trace/{purchase.pk}/")
    staff.follow("What it takes back")
    staff.shows("Decide what a refund takes back")
    staff.follow("Fill that in")
    staff.page.get_by_label("Reason").select_option("refund_agreed")
    staff.page.get_by_role("textbox", name="Ticket").fill("ZD-4711")
    staff.picture("repairs-refund")
    staff.press("Decide the refund")
    staff.says("Decided: 1 revoked, 0 kept.")

    states = sorted(Entitlement.objects.values_list("state", flat=True))
    assert states == ["assigned", "issued", "revoked"]
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()


def test_helps_a_customer_who_is_stuck_on_the_phone(
    visiting: Visiting, live_server: LiveServer, settings: Settings
) -> None:
    settings.COUNTERFOIL_SITE_URL = live_server.url
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS
    publish()
    issued, _, _ = claim(FULL)
    settle()

    staff = sign_in(visiting(viewport=PHONE, color_scheme="dark"), "tom", "Support 1")
    staff.page.goto(f"/console/{issued.entitlement().handle}/act/complete_step/")
    staff.page.get_by_label("Who agreed?").select_option("holder")
    staff.page.get_by_label("How?").select_option("phone")
    staff.page.get_by_label("Reason").select_option("customer_asked")
    staff.picture("repairs-consent")
    staff.press("Answer for the customer")
    staff.says("It is answered. Something else is still missing.")

    assert OnboardingStep.objects.get().status == "done"


def test_corrects_an_address_and_is_told_when_it_is_too_late(
    visiting: Visiting, live_server: LiveServer, settings: Settings
) -> None:
    settings.COUNTERFOIL_SITE_URL = live_server.url
    issued = issue_one(reference="CF-2026-0311")
    settle()
    handle = issued.entitlement().handle

    staff = sign_in(visiting(viewport=DESK), "tom", "Support 1")
    staff.page.goto(f"/console/{handle}/act/correct_buyer/")
    staff.fill("The right address", "ann@example.org")
    staff.page.get_by_label("How do you know").select_option("called_back")
    staff.page.get_by_label("Reason").select_option("address_mistyped")
    staff.picture("repairs-address")
    staff.press("Correct the buyer's address")
    staff.says("The codes go to a•••@example.org.")
    settle()
    assert "whoever enters it first has it" in newest_mail("ann@example.org")

    staff.page.goto(f"/console/{handle}/act/replace_code/")
    replace_code(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="lost")
    staff.page.get_by_label("Reason").select_option("lost")
    staff.press("Replace code")
    staff.shows("Since you opened this page")
    staff.picture("repairs-too-late")
