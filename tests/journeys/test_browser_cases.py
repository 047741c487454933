"""At the desk: two members of staff and one queue; what is suggested is done, once."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Delivery, Entry, ExceptionCase
from counterfoil.operations.park import park
from counterfoil.operations.record_bounce import record_bounce
from counterfoil.playbooks.watching import watch
from counterfoil.rules.bounces import BounceKind
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import issue_one, now
from tests.browsing import DESK, PHONE, Visit, Visiting
from tests.console.conftest import PASSWORD, make_staff
from tests.playbooks.scenes import refunded_in_use

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(visiting: Visiting, name: str, **options: object) -> Visit:
    staff = visiting(**options)
    staff.page.goto("/console/exceptions/")
    staff.fill("User name", name)
    staff.fill("Password", PASSWORD)
    staff.press("Sign in")
    staff.shows("Exceptions")
    return staff


def fill_the_queue() -> None:
    """Let things happen: a refund in use, a mail that came back, and a few of a channel's."""
    refunded_in_use()
    issue_one(reference="CF-2026-0118")
    settle()
    mail = Delivery.objects.filter(purchase__external_reference="CF-2026-0118").get()
    record_bounce(
        delivery_id=mail.pk, kind=BounceKind.HARD, description="550 5.1.1", by=SYSTEM, at=now()
    )
    park(
        kind=ExceptionKind.MESSAGES_REFUSED,
        key="stripe",
        evidence={
            "connection": "stripe",
            "in_the_last_hour": 64,
            "reasons": ["signature: 64"],
            "last": "2026-11-21 08:14 UTC",
        },
        by=SYSTEM,
        at=now() - timedelta(hours=5),
    )
    watch(at=now())


def test_two_at_one_queue(visiting: Visiting, live_server: LiveServer, settings: Settings) -> None:
    settings.COUNTERFOIL_SITE_URL = live_server.url
    fill_the_queue()
    make_staff("Support 2", username="mara")
    make_staff("Support 1", username="tim")

    mara = signed_in(visiting, "mara", viewport=DESK)
    mara.picture("cases-queue")
    mara.follow("Refund of something in use")
    mara.shows("What can be done")
    mara.press("Take it on")
    mara.says("It is yours.")
    mara.picture("cases-case")

    tim = signed_in(visiting, "tim", viewport=PHONE)
    tim.follow("Refund of something in use")
    tim.says("works on this case")
    expect(tim.page.get_by_role("button", name="Take it back", exact=True)).to_have_count(0)

    mara.press("Take it back")
    mara.says("Settled by")
    mara.picture("cases-settled", whole=False)
    assert Entry.objects.filter(act_name="decide_refund", move="revoke").exists()

    tim.page.goto("/console/exceptions/?show=nobodys")
    tim.picture("cases-phone", whole=False)
    tim.follow("Mail did not arrive")
    tim.press("Send the code once more")
    tim.says("Settled by")
    case = ExceptionCase.objects.get(kind=ExceptionKind.DELIVERY_FAILED)
    assert (case.resolved_by, case.resolution) == ("Mara Support 1", "resend")
    assert Entry.objects.latest("recorded_at").act_name == "resend_code"
