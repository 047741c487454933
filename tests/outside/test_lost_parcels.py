"""A kind of case in one file of a host's: found, shown, settled and closed as ours are."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client, override_settings

from counterfoil.models import ExceptionCase
from counterfoil.playbooks import catalogue
from counterfoil.playbooks.watching import watch
from counterfoil.rules import exceptions
from counterfoil.testing.builders import Issued, issue_one, now
from tests.console.conftest import make_staff
from tests.outside.lost_parcels import LOST
from tests.playbooks.scenes import suggested

pytestmark = pytest.mark.django_db
NAME = "lost_parcel"


@pytest.fixture(autouse=True)
def brought(settings: Any) -> Iterator[None]:
    settings.COUNTERFOIL_PLAYBOOKS = ["tests.outside.lost_parcels.PLAYBOOK"]
    catalogue.read_all()
    yield
    LOST.clear()
    catalogue._read.pop(NAME)
    exceptions._declared.pop(NAME)


@pytest.fixture
def issued() -> Issued:
    one = issue_one()
    LOST[one.entitlement().handle] = now()
    return one


def the_case() -> ExceptionCase:
    watch(at=now())
    return ExceptionCase.objects.get(kind=NAME)


def test_is_found_and_settled_from_the_console(issued: Issued) -> None:
    case, client = the_case(), Client()
    client.force_login(make_staff("Support 1"))
    where = f"/console/exceptions/{case.pk}/"

    listed = client.get("/console/exceptions/").content.decode()
    shown = client.get(where).content.decode()
    mark = suggested(case)["send_new_card"].mark
    client.post(f"{where}do/send_new_card/", {"mark": mark})

    assert "Parcel lost in the post" in listed
    assert "the lost one is worth nothing" in shown
    assert issued.entitlement().entries.latest("seq").act_name == "replace_code"
    case.refresh_from_db()
    assert (case.outcome, case.resolution) == ("A new card was sent.", "send_new_card")
    watch(at=now())
    assert not ExceptionCase.objects.filter(resolved_at=None).exists()


def test_closes_by_itself_and_keeps_its_own_day(issued: Issued) -> None:
    case = the_case()
    assert case.due_at is not None
    assert (case.due_at - case.opened_at).days == 2

    LOST.clear()
    watch(at=now())

    case.refresh_from_db()
    assert case.outcome == "It turned up again."


def test_one_that_cannot_be_imported_is_named_by_a_check() -> None:
    with override_settings(COUNTERFOIL_PLAYBOOKS=["tests.outside.nowhere.PLAYBOOK"]):
        [found] = [one for one in run_checks() if "COUNTERFOIL_PLAYBOOKS" in one.msg]
        catalogue.read_all()

    assert found.id == "counterfoil.E004"


def test_one_that_is_none_is_named_too() -> None:
    with override_settings(COUNTERFOIL_PLAYBOOKS=["tests.outside.lost_parcels.LOST"]):
        [found] = [one for one in run_checks() if "COUNTERFOIL_PLAYBOOKS" in one.msg]
        catalogue.read_all()

    assert "no playbook" in found.msg
