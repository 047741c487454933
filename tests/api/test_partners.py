"""Partners, their people and what they have, looked after by the house over the API."""

import pytest
from tests.api.calling import Machine, machine
from tests.partnership import make_clinic
from tests.records import unchanged

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Gift
from counterfoil.models.ids import handle_of
from counterfoil.rules.scopes import Scope

pytestmark = pytest.mark.django_db


def office() -> Machine:
    """Call with a key of the house for partners and what they hand out."""
    return machine(Scope.PARTNERS, Scope.HAND_OUT, Scope.ALLOTMENTS, Scope.JOBS)


def test_one_is_set_up_and_its_people_let_in_and_out() -> None:
    by = office()

    opened = by.post("/v1/partners", {"slug": "zoo", "name": "Zoo"}).json()
    again = by.post("/v1/partners", {"slug": "zoo", "name": "Zoo"}).json()
    taken = by.post("/v1/partners", {"slug": "zoo", "name": "Another"})
    [pia] = by.post("/v1/partners/zoo/members", {"email": "pia@example.com"}).json()["members"]
    [admin] = by.post(f"/v1/partners/zoo/members/{pia['id']}/role", {"role": "admin"}).json()[
        "members"
    ]
    ended = by.post(f"/v1/partners/zoo/members/{pia['id']}/end").json()

    assert opened == again
    assert (taken.status_code, taken.json()["code"]) == (409, "partner_slug_taken")
    assert (pia["role"], admin["role"]) == ("operator", "admin")
    assert pia["email"] != "pia@example.com"
    assert ended["members"] == []


def test_somebody_of_one_partner_is_not_changed_through_another() -> None:
    clinic, other, by = make_clinic("clinic"), make_clinic("zoo"), office()

    with unchanged():
        wrong = by.post(f"/v1/partners/{other.partner.slug}/members/{clinic.operator.id}/end")

    assert wrong.status_code == 404


def test_one_is_suspended_and_goes_on() -> None:
    clinic, by = make_clinic(quantity=3), office()

    with unchanged():
        no_reason = by.post("/v1/partners/clinic/suspend", {"mode": "codes", "reason": " "})
    held = by.post("/v1/partners/clinic/suspend", {"mode": "codes", "reason": "Unpaid"}).json()
    listed = by.get("/v1/partners", standing="codes").json()["partners"]
    on = by.post("/v1/partners/clinic/resume", {"reason": "Paid"}).json()

    assert (no_reason.status_code, no_reason.json()["code"]) == (422, "reason_missing")
    assert held["suspension"] == "codes"
    assert [(one["slug"], one["counts"]["on_hold"]) for one in listed] == [
        ("clinic", 3),
        ("clinic-branch", 0),
    ]
    assert on["suspension"] == ""
    assert len(clinic.free()) == 3


def test_the_house_hands_out_for_a_partner_that_it_names() -> None:
    clinic, by = make_clinic(quantity=3), office()
    ann = {"email": "ann@example.com"}

    made = by.post("/v1/handouts", {"sku": "DNA-STD", "recipients": [ann], "partner": "clinic"})
    path = f"/v1/handouts/{made.json()['id']}"
    confirmed = by.post(f"{path}/confirm", {"partner": "clinic"})
    work_jobs()
    [row] = by.get(f"{path}/rows", partner="clinic").json()["rows"]

    assert (made.status_code, confirmed.status_code) == (201, 202)
    assert row["outcome"] == "sent"
    assert by.get("/v1/handouts", partner="clinic").json()["handouts"][0]["status"] == "done"
    assert by.get("/v1/handouts").status_code == 404, "without a name it is nobody's"
    assert by.get(path, partner="clinic-branch").status_code == 404
    assert len(clinic.free()) == 3, "given, and not claimed yet"


@pytest.mark.parametrize("of_partner", [False, True])
def test_the_very_one_that_is_named_is_handed_out(of_partner: bool) -> None:
    clinic, other = make_clinic("clinic", quantity=3), make_clinic("zoo", quantity=1)
    by = machine(Scope.HAND_OUT, partner=clinic.partner if of_partner else None)
    named = {} if of_partner else {"partner": "clinic"}
    wanted = clinic.free()[1]
    ann = {"email": "ann@example.com", **named}

    with unchanged():
        theirs = by.post("/v1/handouts/one", ann | {"entitlement": handle_of(other.free()[0])})
        nobody = by.post("/v1/handouts/one", {"email": "ann", "sku": "DNA-STD", **named})
    given = by.post("/v1/handouts/one", ann | {"entitlement": handle_of(wanted)})
    with unchanged():
        another = by.post("/v1/handouts/one", ann | {"sku": "DNA-STD"})

    assert theirs.status_code == 404
    assert nobody.json()["code"] == another.json()["code"] == "recipient_invalid"
    assert (given.json()["entitlement"], given.json()["outcome"]) == (handle_of(wanted), "sent")
    assert Gift.objects.get().entitlement_id == wanted
