"""What the holder reads while a record is made: that it is being set up, whatever goes wrong."""

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Entitlement, ExceptionCase, Provisioning
from counterfoil.operations.revoke import revoke
from counterfoil.rules.codes import display
from counterfoil.rules.lifecycle import State
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import OPERATOR, Issued, issue_one, now
from tests.arriving import sign_in
from tests.browsing import Visit, Visiting
from tests.console.conftest import make_staff
from tests.effects.hosts import Host, World, nothing

pytestmark = [pytest.mark.django_db(transaction=True)]


class DownError(Exception):
    """The host does not answer."""


@pytest.fixture(autouse=True)
def world(browser: Browser, live_server: LiveServer, settings: Settings) -> World:
    """Let a host with a memory make the records."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    settings.COUNTERFOIL_PROVISIONER = "tests.effects.hosts.Host"
    Host.world = World()
    return Host.world


def down() -> None:
    raise DownError


def claimed(visit: Visit) -> Issued:
    """Claim a code as somebody who is new here."""
    issued = issue_one(terms=Terms())
    visit.page.goto("/c")
    visit.fill("Your code", display(issued.code))
    visit.press("Show what it is")
    visit.shows("This is what you have")
    sign_in(visit, "ana@example.com")
    visit.shows("Is this for you?")
    visit.press("Claim")
    visit.shows("It is being set up")
    return issued


def reads_being_set_up(visit: Visit) -> None:
    """See that the holder is told so, and is not asked to do anything again."""
    visit.page.reload()
    visit.shows("It is being set up")
    visit.page.goto("/my/")
    visit.says("eing set up")
    visit.says_not("try again", "Try again")
    visit.back()


def test_slow_then_down_then_its_answer_lost_it_is_being_set_up_and_then_ready(
    visiting: Visiting, world: World
) -> None:
    visit, at = visiting(), now()
    claimed(visit)
    visit.picture("provisioning-being-set-up")

    world.before = down
    settle(at=at)
    reads_being_set_up(visit)
    world.before, world.after = nothing, down  # it is made, and the answer is lost
    settle(at=at + timedelta(minutes=2))
    reads_being_set_up(visit)
    assert (len(world.records), Provisioning.objects.get().got) == (1, "maybe")

    world.after = nothing
    settle(at=at + timedelta(minutes=10))
    visit.page.reload()
    visit.shows("Ready to use")
    visit.picture("provisioning-ready")

    assert len(world.records) == 1
    assert len(set(world.calls)) == 1, "always under the same key"
    assert Entitlement.objects.get().state == State.FULFILLED


def test_after_three_days_staff_see_it_and_try_again(visiting: Visiting, world: World) -> None:
    visit, at = visiting(), now()
    issued = claimed(visit)
    handle = issued.entitlement().handle
    world.before = down
    settle(at=at)
    settle(at=at + timedelta(hours=73))
    assert ExceptionCase.objects.get(kind="provisioning_parked").resolved_at is None
    reads_being_set_up(visit)

    client = Client()
    client.force_login(make_staff("Support 2"))
    desk = visiting(viewport={"width": 1120, "height": 560})
    cookie = client.cookies["sessionid"].value
    desk.context.add_cookies([{"name": "sessionid", "value": cookie, "url": desk.site}])
    desk.page.goto(f"/console/trace/{handle}/")
    desk.says("stuck: DownError")
    desk.picture("provisioning-parked", whole=False)
    desk.page.goto(f"/console/{handle}/act/retry_provisioning/")
    desk.page.get_by_label("Reason").select_option("customer_asked")
    desk.go(desk.page.locator("main form button").last)
    desk.says("It is tried again now.")

    world.before = nothing
    settle()
    visit.page.reload()
    visit.shows("Ready to use")
    assert ExceptionCase.objects.get(kind="provisioning_parked").resolved_at is not None


def test_withdrawn_while_it_is_being_made_it_ends_without_a_record(
    visiting: Visiting, world: World
) -> None:
    visit = visiting()
    issued = claimed(visit)

    def withdraw() -> None:
        world.before = nothing
        revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")

    world.before = withdraw
    settle()
    settle()

    assert world.records == {}
    assert Provisioning.objects.get().got == "none"
    assert Entitlement.objects.get().state == State.REVOKED
