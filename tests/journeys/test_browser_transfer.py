"""A wrong subject put right, something given back, and something passed on."""

import re

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Assignment, Transfer
from counterfoil.rules.lifecycle import State
from counterfoil.testing.builders import Issued, issue_one, make_assignee
from tests.arriving import newest_mail, sign_in
from tests.browsing import DESK, Visiting
from tests.scenes import fulfil

pytestmark = pytest.mark.django_db(transaction=True)
ANN, BOB = "ann.buyer@example.com", "bob@example.com"


@pytest.fixture
def held(live_server: LiveServer, settings: Settings) -> Issued:
    """Let Ann use what she bought, for Rex."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    issued = issue_one()
    fulfil(issued, make_assignee(ANN))
    settle()
    return issued


def test_the_wrong_dog_is_put_right_in_time(visiting: Visiting, held: Issued) -> None:
    ann = visiting()
    ann.page.goto("/my/")
    sign_in(ann, ANN)
    ann.go(ann.page.get_by_role("link", name="Details").first)
    ann.shows("Something is not right?")
    ann.picture("transfer-what-i-use")
    ann.follow("Correct it")
    ann.shows("Who is it for instead?")
    ann.fill("Name", "Miso")
    ann.picture("transfer-correct")
    ann.press("Save")
    ann.says("It is being set up.")
    settle()
    ann.page.reload()

    ann.says("for Miso", within="h1")
    before, after = Assignment.objects.order_by("started_at").select_related("subject")
    assert (str(before.subject), str(after.subject)) == ("Rex", "Miso")
    assert held.entitlement().state == State.FULFILLED


def test_given_back_it_can_be_used_otherwise(visiting: Visiting, held: Issued) -> None:
    ann = visiting()
    ann.page.goto(f"/my/{held.entitlement().handle}/")
    sign_in(ann, ANN)
    ann.follow("Give it back")
    ann.shows("Give it back?")
    ann.picture("transfer-give-back")
    ann.press("Give it back")
    ann.shows("What would you like to do with it?")

    assert held.entitlement().state == State.ISSUED
    assert held.entitlement().codes.filter(state="live").exists()


def test_passed_on_to_somebody_who_accepts(visiting: Visiting, held: Issued) -> None:
    ann = visiting(viewport=DESK)
    ann.page.goto(f"/my/{held.entitlement().handle}/offer/")
    sign_in(ann, ANN)
    ann.shows("Pass it on")
    ann.fill("Their e-mail address", ANN)
    ann.press("Offer it")
    ann.says("This is your own address")
    ann.fill("Their e-mail address", BOB)
    ann.picture("transfer-offer")
    ann.press("Offer it")
    ann.says("You have offered it to")
    [link] = re.findall(r"http\S+/transfer/\S+", newest_mail(BOB))

    bob = visiting(color_scheme="dark")
    bob.page.goto(link)
    bob.shows("Sign in")
    bob.says_not("DNA")
    sign_in(bob, BOB)
    bob.shows("Dog DNA test (DNA-STD) could be yours")
    bob.picture("transfer-offered-dark")
    assert Transfer.objects.get().ended_at is None
    bob.press("Accept it")
    bob.shows("It is yours")
    assert "has it now" in newest_mail(ANN, about="was passed on")
    ann.page.goto("/my/")
    ann.shows("What I use")
    ann.says("Ended")
    assert Assignment.objects.get(ended_at=None).account_id == make_assignee(BOB).account_id


def test_declined_it_stays_and_somebody_says_so(visiting: Visiting, held: Issued) -> None:
    ann = visiting()
    ann.page.goto(f"/my/{held.entitlement().handle}/offer/")
    sign_in(ann, ANN)
    ann.fill("Their e-mail address", BOB)
    ann.press("Offer it")
    ann.says("You have offered it to")
    ann.picture("transfer-offer-stands")
    settle()

    bob = visiting()
    bob.page.goto("/my/")
    sign_in(bob, BOB)
    bob.shows("Offered to you")
    bob.picture("transfer-offered-to-you")
    bob.go(bob.page.get_by_role("link", name="Look at the offer"))
    bob.press("Decline")
    bob.shows("You declined it")

    assert "does not want" in newest_mail(ANN)
    assert Assignment.objects.get().account_id == make_assignee(ANN).account_id
