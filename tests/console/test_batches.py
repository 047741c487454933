"""Printed batches in the console, and the till."""

import re

import pytest
from django.test import Client
from tests.batches import Printed, batch_request, good_certificate, make_till, mint_batch
from tests.console.conftest import SignedIn

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Approval, Attempt, Batch, Entitlement, PrintFile
from counterfoil.models.ids import handle_of
from counterfoil.operations.request_batch import request_batch
from counterfoil.rules.codes import display
from counterfoil.testing.builders import make_product

pytestmark = pytest.mark.django_db
TILL = "/console/till/"


@pytest.fixture
def operations(signed_in: SignedIn) -> Client:
    return signed_in("Operations")


@pytest.fixture
def cashier(signed_in: SignedIn) -> Client:
    return signed_in("Till")


@pytest.fixture
def printed() -> Printed:
    return mint_batch(make_product(), 5)


def page_of(printed: Printed) -> str:
    return f"/console/batches/{printed.batch.pk}/"


def form(**other: str) -> dict[str, str]:
    return {
        "name": "spring-boxes",
        "product": "DNA-STD",
        "quantity": "3",
        "certificate": good_certificate(),
        "why": "Boxes for the fair",
        "test": "on",
    } | other


def test_from_asking_to_the_hand_over(operations: Client, signed_in: SignedIn) -> None:
    make_product()
    asked = operations.post("/console/batches/ask/", form())
    where = asked["Location"]
    assert "waits for a second person" in operations.get(where).content.decode()
    from_boss = signed_in("Everything")
    from_boss.post(f"/console/approvals/{Approval.objects.get().pk}/", {"verdict": "approve"})
    assert "It is being worked on" in operations.get(where).content.decode()
    work_jobs()

    page = operations.get(where).content.decode()
    assert "Fetch the file" in page
    assert "Fetch the file" not in signed_in("Auditor").get(where).content.decode()
    fetched = operations.post(f"{where}file/")

    assert fetched["Content-Type"] == "application/pkcs7-mime"
    assert fetched["Content-Disposition"] == 'attachment; filename="spring-boxes-1.cms"'
    assert "no-store" in fetched["Cache-Control"]
    assert PrintFile.objects.get().content is None
    again = operations.post(f"{where}file/")
    assert (again.status_code, "no copy was kept" in again.content.decode()) == (409, True)
    operations.post(f"{where}hand-over/", {"comment": "Mr Printer"})
    page = operations.get(where).content.decode()
    assert "Mr Printer" in page
    assert "handed over" in page
    operations.post(f"{where}file/ask/", {"comment": "Lost"})
    assert Approval.objects.filter(kind="print_file").count() == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": "a b"}, "letters, digits"),
        ({"quantity": "0"}, "From 1 to 100000"),
        ({"certificate": "-----BEGIN PRIVATE KEY-----"}, "Throw that key away"),
        ({"certificate": "nonsense"}, "exactly one certificate"),
        ({"why": ""}, "Say what it is for"),
        ({"product": "NOTHING"}, "Choose what to give"),
    ],
)
def test_what_cannot_be_printed_says_so(
    operations: Client, wrong: dict[str, str], told: str
) -> None:
    make_product()

    answer = operations.post("/console/batches/ask/", form(**wrong))

    assert answer.status_code == 409
    assert told in answer.content.decode()
    assert not Batch.objects.exists()


def test_a_name_twice_says_so(operations: Client) -> None:
    request_batch(**batch_request(make_product(), name="spring-boxes"))

    answer = operations.post("/console/batches/ask/", form())

    assert "There is a batch of this name" in answer.content.decode()


def test_pieces_are_counted_before_they_are_withdrawn(operations: Client, printed: Printed) -> None:
    where = f"{page_of(printed)}withdraw/"

    counted = operations.get(where, {"first": "2", "last": "3"}).content.decode()
    assert "2 pieces go" in counted
    given = {"first": "2", "last": "3", "reach": "unsold", "expected": "2"}
    no_reason = operations.post(where, given)
    assert "Choose why." in no_reason.content.decode()
    stale = operations.post(where, given | {"expected": "3", "reason": "spoiled"})
    assert (stale.status_code, "were shown" in stale.content.decode()) == (409, True)
    assert operations.post(where, given | {"expected": "x", "reason": "spoiled"}).status_code == 409
    assert not Entitlement.objects.filter(state="revoked").exists()

    operations.post(where, given | {"reason": "spoiled"})

    assert Entitlement.objects.filter(state="revoked").count() == 2
    for wrong in ({"first": "0"}, {"last": "6"}, {"reach": "moon"}, {"first": "x"}):
        page = operations.get(where, wrong).content.decode()
        assert "numbers of the batch" in page


def test_a_whole_batch_is_recalled(operations: Client, printed: Printed) -> None:
    where = f"{page_of(printed)}withdraw/"
    assert "5 pieces go" in operations.get(where, {"whole": "1"}).content.decode()

    operations.post(where, {"whole": "1", "reach": "unsold", "expected": "5", "reason": "stolen"})

    assert Entitlement.objects.filter(state="revoked").count() == 5
    assert "recalled" in operations.get(page_of(printed)).content.decode()


def test_a_scan_sells_and_shows_it_big(cashier: Client, printed: Printed) -> None:
    make_till()
    assert "Ready" in cashier.get(TILL).content.decode()

    sold = cashier.post(TILL, {"unit": f"{display(printed.codes[0])}\r", "till": "3"})

    page = sold.content.decode()
    assert sold.status_code == 200
    assert "till-good" in page
    assert "No. 1 of" in page
    assert 'value="3"' in page
    assert "Sold by you today" in page
    assert display(printed.codes[0]) not in page
    assert Entitlement.objects.get(pk=printed.entitlement_ids[0]).state == "issued"
    again = cashier.post(TILL, {"unit": handle_of(printed.entitlement_ids[0])}).content.decode()
    assert "Sold already" in again


def test_what_must_not_be_sold_is_refused_big_and_remembered(
    cashier: Client, printed: Printed
) -> None:
    make_till()
    cashier.post(TILL, {"unit": printed.codes[0], "sale": "R-1"})

    refused = cashier.post(TILL, {"unit": printed.codes[0], "sale": "R-2"})

    assert refused.status_code == 409
    page = refused.content.decode()
    assert "till-bad" in page
    assert "Do not sell this" in page
    assert "under R-1" in page
    assert Attempt.objects.get().surface == "till"
    assert cashier.post(TILL, {}).status_code == 409


def test_a_wrong_scan_is_undone(cashier: Client, printed: Printed) -> None:
    make_till()
    page = cashier.post(TILL, {"unit": printed.codes[0]}).content.decode()
    [handle] = re.findall(r'name="unit" value="(ent_\w+)"', page)
    [place] = re.findall(r'name="place" value="([\w-]+)"', page)

    undone = cashier.post("/console/till/undo/", {"unit": handle, "place": place})

    assert "Taken back" in undone.content.decode()
    assert Entitlement.objects.get(pk=printed.entitlement_ids[0]).state == "revoked"
    assert cashier.post("/console/till/undo/", {"unit": handle_of(printed.entitlement_ids[1])})


def test_with_several_points_of_sale_one_is_chosen(cashier: Client, printed: Printed) -> None:
    assert "no point of sale yet" in cashier.get(TILL).content.decode()
    first, second = make_till("first"), make_till("second")

    nowhere = cashier.post(TILL, {"unit": printed.codes[0]})
    there = cashier.post(TILL, {"unit": printed.codes[0], "place": str(second.pk)})

    assert nowhere.status_code == 409
    assert f'value="{second.pk}" selected' in there.content.decode()
    sold = Entitlement.objects.get(pk=printed.entitlement_ids[0])
    assert sold.purchase is not None
    assert sold.purchase.connection == second != first


def test_whoever_only_sells_sees_the_till_and_nothing_else(cashier: Client) -> None:
    make_till()
    page = cashier.get(TILL).content.decode()

    assert "Exceptions" not in page
    assert "/console/batches/" not in page
    assert cashier.get("/console/").status_code == 403


def test_the_name_of_a_batch_and_a_number_lead_to_the_piece(
    support: Client, printed: Printed
) -> None:
    found = support.post("/console/search/", {"q": f"{printed.batch.name} 2"})
    several = support.post("/console/search/", {"q": printed.batch.name}).content.decode()

    assert handle_of(printed.entitlement_ids[1]) in found["Location"]
    page = support.get(found["Location"].partition("#")[0]).content.decode()
    assert f"{printed.batch.name}, 2" in page
    assert "Printed, and not sold yet." in page
    assert all(handle_of(one) in several for one in printed.entitlement_ids)
