"""What it is for: described by its declaration, one that is known, or one in the host's system."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.choosers import HostSubject
from counterfoil.effects.settling import settle
from counterfoil.models import Assignment, Entitlement, Subject
from counterfoil.rules.codes import display
from counterfoil.rules.lifecycle import State
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import Issued, issue_many
from counterfoil.testing.shop_kinds import KINDS
from tests.arriving import sign_in
from tests.browsing import DESK, Visit, Visiting
from tests.outside import kennel_club

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sold(
    browser: Browser,
    live_server: LiveServer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Issued:
    """Sell three tests for dogs; a kennel club knows one dog of Friend's."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    chooser: dict[str, Any] = {"chooser": "tests.outside.kennel_club.Kennel"}
    settings.COUNTERFOIL_SUBJECT_KINDS = {"dog": KINDS["dog"] | chooser}
    miso = HostSubject(reference="stud-7", label="Miso of the Elms")
    monkeypatch.setattr(kennel_club, "DOGS", {"friend@example.com": [miso]})
    return issue_many(3, terms=Terms(subject_kind="dog"))


def claim(visit: Visit, code: str, *, as_new: str = "") -> None:
    """Claim with a code, signing in where nobody is signed in yet."""
    visit.page.goto("/c?another")
    visit.fill("Your code", display(code))
    visit.press("Show what it is")
    if as_new:
        sign_in(visit, as_new)
    visit.shows("Is this for you?")
    visit.press("Claim")
    visit.shows("It is yours")
    visit.follow("Say who it is for")
    visit.shows("Who is it for?")


def test_a_new_one_a_known_one_and_one_of_the_hosts(visiting: Visiting, sold: Issued) -> None:
    visit = visiting()
    claim(visit, sold.codes[0], as_new="friend@example.com")
    visit.page.get_by_label("A new one, with the details below").check()
    visit.page.get_by_label("For my child or pet").check()
    visit.fill("Chip number", "12")
    visit.press("Save")
    expect(visit.page).to_have_title(re.compile("Please check"))
    visit.picture("subjects-errors-phone")
    visit.fill("Your dog's name", "Rex")
    visit.fill("Chip number", "276098102345678")
    visit.press("Save")
    visit.shows("It is being set up")

    claim(visit, sold.codes[1])
    visit.page.set_viewport_size(DESK)
    visit.page.get_by_label("Rex").check()
    expect(visit.page.get_by_label("Your dog's name")).to_be_hidden()
    visit.picture("subjects-known")
    visit.press("Save")
    visit.shows("It is being set up")

    claim(visit, sold.codes[2])
    visit.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    visit.page.get_by_label("Miso of the Elms").check()
    visit.picture("subjects-host-dark")
    visit.press("Save")
    visit.shows("It is being set up")
    settle()
    visit.page.reload()
    visit.shows("Ready for Miso of the Elms")

    held = Assignment.objects.order_by("started_at").values_list("subject__data__name", flat=True)
    assert list(held) == ["Rex", "Rex", "Miso of the Elms"]
    assert Subject.objects.count() == 2
    assert {one.state for one in Entitlement.objects.all()} == {State.FULFILLED}


def test_a_host_that_does_not_answer_and_a_chip_that_is_taken(
    visiting: Visiting, sold: Issued, settings: Settings
) -> None:
    settings.COUNTERFOIL_SUBJECT_KINDS = {
        "dog": KINDS["dog"] | {"chooser": "tests.outside.kennel_club.BurntKennel"}
    }
    other = visiting(java_script_enabled=False)
    claim(other, sold.codes[0], as_new="friend@example.com")
    other.fill("Your dog's name", "Rex")
    other.fill("Chip number", "276098102345678")
    other.press("Save")
    other.shows("It is being set up")

    visit = visiting(viewport=DESK)
    visit.page.goto("/my/")
    sign_in(visit, "stranger@example.com")
    claim(visit, sold.codes[1])
    visit.says("What you claimed is safe")
    visit.picture("subjects-no-answer")
    visit.fill("Your dog's name", "Rolf")
    visit.fill("Chip number", "276098102345678")
    visit.press("Save")
    visit.says("registered already")
    visit.picture("subjects-taken")
    visit.fill("Chip number", "")
    visit.press("Save")
    visit.shows("It is being set up")
