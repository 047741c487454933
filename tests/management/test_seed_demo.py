"""The demo's shop."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command

from counterfoil.intake.reconciling import reconcile
from counterfoil.intake.registry import adapter_for
from counterfoil.jobs.running import work_jobs
from counterfoil.models import (
    Approval,
    Batch,
    Connection,
    Entitlement,
    ExceptionCase,
    Partner,
    Purchase,
)
from counterfoil.models.ids import id_of
from counterfoil.operations.activate_at_sale import activate_at_sale
from counterfoil.operations.check_code import check_code
from counterfoil.queries.allotments import overview
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db


def _seed() -> dict[str, str]:
    out = StringIO()
    call_command("counterfoil_seed_demo", stdout=out)
    told: dict[str, str] = json.loads(out.getvalue())
    return told


def test_it_tells_a_code_that_works_and_a_login_that_works() -> None:
    told = _seed()

    assert check_code(code=told["code"], by=SYSTEM, at=now()).state == "issued"
    assert authenticate(username=told["staff_username"], password=told["staff_password"])


def test_a_second_start_finds_everything_as_it_was() -> None:
    first = _seed()
    rows = (Purchase.objects.count(), Entitlement.objects.count())

    assert _seed() == first
    assert (Purchase.objects.count(), Entitlement.objects.count()) == rows


def test_the_club_has_something_to_hand_out() -> None:
    told = _seed()

    club = Partner.objects.get(slug="dog-club")
    free = sum(one.counts.free for one in overview(club.pk))
    assert free == 32
    assert told["portal_mail"] == "club@example.com"
    assert club.members.count() == 1


def test_boxes_are_printed_with_a_second_person_and_sold_at_the_till() -> None:
    told = _seed()
    work_jobs()

    batch = Batch.objects.get()
    first, second = (batch.entitlements.get(batch_ordinal=n).handle for n in (1, 2))
    till = Connection.objects.get(channel="point_of_sale")
    olga = get_user_model().objects.get(username=told["staff_username"])
    bert = Approval.objects.get(kind="batch")

    assert (bert.requested_by, bert.decided_for) == (str(olga.pk), "Bert Boss")
    assert authenticate(username=told["second_username"], password=told["staff_password"])
    sold = activate_at_sale(connection=till, sale="1", presented=[first], by=SYSTEM, at=now())
    assert [unit.state for unit in sold.units] == ["issued"]
    assert Entitlement.objects.get(pk=id_of(second)).state == "minted"


def test_a_demo_that_was_begun_before_it_had_a_till_gets_it_once() -> None:
    _seed()
    boxes = Batch.objects.count()

    _seed()

    assert (boxes, Batch.objects.count()) == (1, 1)


def test_every_connection_of_the_shop_can_be_used() -> None:
    _seed()

    for connection in Connection.objects.all():
        assert adapter_for(connection)


def test_every_channel_knows_the_orders_of_the_shop() -> None:
    _seed()

    for connection in Connection.objects.exclude(channel__in=("stripe", "shopify")):
        assert reconcile(connection=connection, since=now() - timedelta(days=30)).complete

    kinds = set(ExceptionCase.objects.values_list("kind", flat=True))
    assert kinds == {"unmapped_product"}  # the collar, as it is meant to be
