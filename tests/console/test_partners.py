"""Looking after partners in the console."""

from typing import Any

import pytest
from django.test import Client
from tests.console.conftest import SignedIn
from tests.partnership import Clinic, make_clinic, units_of
from tests.records import assert_kept, unchanged

from counterfoil.models import Allotment, Approval, Partner, PartnerMember
from counterfoil.models.ids import handle_of, uuid7

pytestmark = pytest.mark.django_db
ROOT = "/console/partners/"


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def operations(signed_in: SignedIn) -> Client:
    return signed_in("Operations")


def post(client: Client, path: str, **answers: Any) -> Any:
    return client.post(f"{ROOT}{path}", {"request_id": str(uuid7())} | answers)


def test_a_partner_is_set_up_and_its_people_invited(operations: Client) -> None:
    made = post(operations, "-/open/", name="Riverside Clinic", slug="riverside")
    assert made["Location"] == f"{ROOT}riverside/"
    post(operations, "riverside/invite/", mail="ida@riverside.example", role="admin", name="Ida")
    page = operations.get(f"{ROOT}riverside/").content.decode()
    assert "Riverside Clinic" in page
    assert "Ida" in page
    assert "ida@riverside.example" not in page
    assert "riverside" in operations.get(ROOT).content.decode()


def test_says_what_is_wrong_where_it_is_wrong(operations: Client, clinic: Clinic) -> None:
    with unchanged():
        for path, answers, field in (
            ("-/open/", {"name": "Other", "slug": "clinic"}, "slug"),
            ("-/open/", {"name": "", "slug": "new"}, "name"),
            ("clinic/invite/", {"mail": "nobody", "role": "admin"}, "mail"),
            ("clinic/invite/", {"mail": "a@b.example", "role": "owner"}, "role"),
            ("clinic/allot/", {"product": "DNA-STD", "quantity": "x"}, "quantity"),
            ("clinic/suspend/", {"mode": "codes", "why": " "}, "why"),
            ("clinic/suspend/", {"mode": "all", "why": "x"}, "mode"),
            ("clinic/hand-on/", {"to": "zoo", "quantity": "1"}, "to"),
            ("clinic/hand-on/", {"to": "clinic-branch", "handles": "ent_no"}, "handles"),
            ("clinic/hand-on/", {"to": "clinic-branch", "batch": "x", "first": "1"}, "last"),
        ):
            answer = post(operations, path, **answers)
            assert answer.status_code == 409, path
            assert f'id="id_{field}_error"' in answer.content.decode(), path


def test_allots_and_asks_for_a_second_person_above(operations: Client, clinic: Clinic) -> None:
    answers = {"product": "DNA-STD", "reference": "CASE-1", "why": "Spring", "label": "More"}
    assert post(operations, "clinic/allot/", quantity="5", **answers).status_code == 302
    assert Allotment.objects.get(label="More").granted == 5
    waits = post(operations, "clinic/allot/", quantity="30", **answers)
    assert waits["Location"].startswith("/console/approvals/")
    assert Approval.objects.count() == 1
    assert waits["Location"] in operations.get(f"{ROOT}clinic/").content.decode()
    assert "Allotment" in operations.get(waits["Location"]).content.decode()


def test_hands_on_once_however_often_it_is_sent(operations: Client, clinic: Clinic) -> None:
    answers = {"to": "clinic-branch", "pool": f"allotment:{clinic.allotment.pk}", "quantity": "3"}
    request_id = str(uuid7())
    for _ in range(2):
        post(operations, "clinic/hand-on/", request_id=request_id, **answers)
    assert len(units_of(clinic.branch)) == 3
    handles = "\n".join(handle_of(pk) for pk in clinic.free()[:2])
    post(operations, "clinic/hand-on/", to="clinic-branch", handles=handles)
    assert len(units_of(clinic.branch)) == 5
    with unchanged():
        short = post(operations, "clinic/hand-on/", **(answers | {"quantity": "9"}))
    assert "Only 5 are free" in short.content.decode()
    assert_kept()


def test_suspends_and_lets_go_on(operations: Client, clinic: Clinic) -> None:
    told = operations.get(f"{ROOT}clinic/suspend/").content.decode()
    assert "10 here that nobody has claimed" in told
    post(operations, "clinic/suspend/", mode="codes", why="Unpaid")
    assert Partner.objects.get(slug="clinic").suspension == "codes"
    assert "codes on hold" in operations.get(f"{ROOT}clinic/").content.decode()
    assert "A partner above it" in operations.get(f"{ROOT}clinic-branch/").content.decode()
    post(operations, "clinic/resume/", why="Paid")
    assert Partner.objects.get(slug="clinic").suspension == ""


def test_changes_roles_and_ends_access(operations: Client, clinic: Clinic) -> None:
    post(operations, f"-/members/{clinic.operator.id}/role/", role="admin")
    assert PartnerMember.objects.get(pk=clinic.operator.id).role == "admin"
    post(operations, f"-/members/{clinic.operator.id}/end/")
    assert PartnerMember.objects.get(pk=clinic.operator.id).ended_at is not None


def test_whoever_only_reads_sees_no_buttons(signed_in: SignedIn, clinic: Clinic) -> None:
    page = signed_in("Auditor").get(f"{ROOT}clinic/").content.decode()
    assert "Clinic" in page
    for button in ("Invite somebody", "Suspend", "End access"):
        assert button not in page
