"""Holding many for later: one is used, one given, the rest kept; what expired stays."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Assignment, Entitlement
from counterfoil.operations.extend import extend
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import OPERATOR, Issued, issue_many, now
from tests.arriving import newest_mail, sign_in
from tests.browsing import DESK, PHONE, Visiting

pytestmark = pytest.mark.django_db(transaction=True)
ANN, EVA = "ann.buyer@example.com", "eva@example.com"


@pytest.fixture
def many(live_server: LiveServer, settings: Settings) -> Issued:
    """Let Ann have bought twenty-four, of which one has expired already."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    issued = issue_many(24, terms=Terms(valid_days=365))
    extend(
        entitlement_id=issued.entitlement_ids[2],
        until=now() - timedelta(days=1),
        by=OPERATOR,
        at=now(),
        reason="mistake",
    )
    settle()
    return issued


@pytest.mark.parametrize("name", ["phone", "desk"])
def test_one_is_used_one_given_and_the_rest_kept(
    visiting: Visiting, many: Issued, name: str
) -> None:
    visit = visiting(viewport=PHONE if name == "phone" else DESK)
    visit.page.goto("/my/")
    sign_in(visit, ANN)
    visit.shows("What I bought")
    visit.go(visit.page.get_by_role("link", name="Use or give away").first)
    visit.press("Use it myself")
    visit.shows("It is being set up")
    visit.page.goto("/my/?show=free")
    visit.go(visit.page.get_by_role("link", name="Use or give away").first)
    visit.fill("Their e-mail address", "eva@")
    visit.press("Give it now")
    visit.says("does not look like an address")
    visit.is_accessible()
    visit.fill("Their e-mail address", EVA)
    visit.press("Give it now")
    visit.says("You gave it to")
    visit.picture(f"delayed-given-{name}")
    assert "Ann Buyer gave it to you." in newest_mail(EVA)

    visit.page.goto("/my/")
    visit.shows("What I use")
    visit.picture(f"delayed-many-{name}", whole=False)
    visit.says("21 free", "1 given away", "1 expired")
    visit.go(visit.page.get_by_role("navigation", name="Show only").get_by_text("Expired"))
    visit.go(visit.page.get_by_role("link", name="What can I do?"))
    visit.shows("What can I do?")
    visit.picture(f"delayed-expired-{name}")

    assert Assignment.objects.count() == 2
    assert Entitlement.objects.filter(state="issued").count() == 22


def test_going_through_the_pages_of_many(visiting: Visiting, many: Issued) -> None:
    visit = visiting(color_scheme="dark")
    visit.page.goto("/my/")
    sign_in(visit, ANN)
    visit.follow("Next")
    visit.says("Page 2 of 2")
    visit.picture("delayed-second-page-dark")

    expect(visit.page.get_by_role("link", name="Use or give away")).to_have_count(4)
    assert len(many.codes) == 24


def test_a_code_kept_is_shown_again_when_asked_for(visiting: Visiting, many: Issued) -> None:
    visit = visiting()
    visit.page.goto("/my/?page=2")
    sign_in(visit, ANN)
    visit.go(visit.page.get_by_role("link", name="Use or give away").first)
    visit.press("Show code")
    shown = visit.code().replace("-", "")
    visit.picture("delayed-code")

    assert shown in many.codes
    assert [url for url in visit.addresses if shown in url] == []
