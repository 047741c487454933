"""Granting in the console: what one gives alone, lists, and what exists without a sale."""

import csv
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client, override_settings
from tests.console.conftest import SignedIn
from tests.granting import carried_out, supporter, the_product, upload

from counterfoil.jobs.running import work_jobs
from counterfoil.models import (
    Approval,
    AuditEntry,
    Entitlement,
    GrantList,
    GrantListRow,
    GrantRecord,
)
from counterfoil.operations.grant import grant
from counterfoil.rules.grant_lists import GrantSaid
from counterfoil.rules.grants import GrantCategory
from counterfoil.testing.builders import issue_one, make_product, now

pytestmark = pytest.mark.django_db
GRANT, GRANTS = "/console/grant/", "/console/grants/"
NEW = f"{GRANTS}lists/new/"
WHY = {
    "category": "customer_service",
    "why": "A whole club was disappointed",
    "reference_kind": "case",
    "reference": "CASE-1",
}


def text(answer: object) -> str:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content).decode().lstrip("\ufeff")  # type: ignore[arg-type]


def send(client: Client, content: str, **other: str) -> str:
    """Upload a list, and give where that leads."""
    file = SimpleUploadedFile("list.csv", content.encode())
    answer = client.post(NEW, WHY | {"file": file} | other)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@override_settings(COUNTERFOIL_GRANT_LIMIT=5, COUNTERFOIL_GRANT_DAILY_LIMIT=6)
def test_says_before_how_much_one_gives_alone(support: Client) -> None:
    make_product()
    assert "Up to 5 you give alone now" in support.get(GRANT).content.decode()

    form = {"request_id": str(uuid4()), "product": "DNA-STD", "quantity": "4", "recipient": ""}
    support.post(GRANT, WHY | form)

    page = support.get(GRANT).content.decode()
    assert "4 / 6" in page
    assert "Up to 2 you give alone now" in page
    support.post(GRANT, WHY | form | {"request_id": str(uuid4()), "quantity": "2"})
    assert "waits for a second person" in support.get(NEW).content.decode()
    assert "Whatever you grant now" in support.get(GRANT).content.decode()


def test_a_list_is_judged_confirmed_and_its_results_fetched(support: Client) -> None:
    make_product()
    where = send(support, "email,product,quantity\nann@example.com,DNA-STD,2\nnobody,DNA-STD,1\n")

    page = support.get(where).content.decode()
    assert "a•••@example.com" in page
    assert "ann@example.com" not in page
    assert "This is not a mail address" in page
    assert "Grant the 1 good row" in page
    refused = support.post(f"{where}confirm/", {"reach": "all"})
    assert refused.status_code == 409
    assert "1 of 2 rows are not good" in refused.content.decode()
    assert not Entitlement.objects.exists()

    support.post(f"{where}confirm/", {"reach": "good_rows"})
    assert 'http-equiv="refresh"' in support.get(where).content.decode()
    work_jobs()

    page = support.get(where).content.decode()
    assert 'http-equiv="refresh"' not in page
    assert "What it gave" in page
    assert "/console/trace/" in page
    rows = list(csv.reader(io.StringIO(text(support.post(f"{where}results/")))))
    assert [row[5] for row in rows[1:]] == ["granted", "this is not a mail address"]
    assert Entitlement.objects.count() == 2


def test_addresses_can_be_pasted_for_one_product(support: Client) -> None:
    make_product()
    pasted = {"pasted": "ann@example.com\nbob@example.com\n", "product": "DNA-STD"}

    where = support.post(NEW, WHY | pasted)["Location"]
    support.post(f"{where}confirm/", {"reach": "all"})
    work_jobs()

    assert GrantRecord.objects.count() == 2
    again = support.post(NEW, WHY | pasted, follow=True).content.decode()
    assert "uploaded before" in again
    work_jobs()
    assert GrantRecord.objects.count() == 2


def test_a_large_list_waits_for_a_second_person(signed_in: SignedIn) -> None:
    make_product()
    support, boss = signed_in("Support 2"), signed_in("Operations")
    where = send(support, "email,product,quantity\nann@example.com,DNA-STD,21\n")
    assert "Ask a second person" in support.get(where).content.decode()

    told = support.post(f"{where}confirm/", {"reach": "all"}, follow=True).content.decode()
    assert "waits for a second person" in told
    request = f"/console/approvals/{Approval.objects.get().pk}/"
    assert request in support.get(where).content.decode()
    asked = boss.get(request).content.decode()
    assert "List of grants" in asked
    assert where in asked
    assert "21 entitlements are issued, row by row" in asked
    assert "a•••@" not in asked

    boss.post(request, {"verdict": "reject", "comment": "Half of it"})
    page = support.get(where).content.decode()
    assert "Half of it" in page
    support.post(f"{where}confirm/", {"reach": "all"})
    newest = Approval.objects.order_by("-requested_at")[0]
    boss.post(f"/console/approvals/{newest.pk}/", {"verdict": "approve"})
    work_jobs()

    assert Entitlement.objects.count() == 21
    assert "approved by" in support.get(where).content.decode()


def test_a_list_taken_back_cannot_be_approved_and_says_why(signed_in: SignedIn) -> None:
    make_product()
    support, boss = signed_in("Support 2"), signed_in("Operations")
    where = send(support, "email,product,quantity\nann@example.com,DNA-STD,21\n")
    support.post(f"{where}confirm/", {"reach": "all"})
    support.post(f"{where}discard/")

    answer = boss.post(f"/console/approvals/{Approval.objects.get().pk}/", {"verdict": "approve"})

    assert answer.status_code == 409
    assert "taken back meanwhile" in answer.content.decode()
    assert Approval.objects.get().decision == ""
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"file": SimpleUploadedFile("x.csv", b"")}, "Choose a file"),
        (
            {"file": SimpleUploadedFile("x.csv", b"colour,size\nred,1\n")},
            "No column is one we know",
        ),
        ({"pasted": "ann@example.com", "category": ""}, "Choose one."),
        ({"pasted": "ann@example.com", "why": " "}, "Say why."),
        ({"pasted": "a@example.com", "reference_kind": "order", "reference": "x"}, "no such order"),
        ({"pasted": "a@example.com", "category": "partner_distribution"}, "A partner is named"),
        ({"pasted": "\n".join(f"a{n}@example.com" for n in range(4))}, "divide the list"),
    ],
)
@override_settings(COUNTERFOIL_GRANT_LIST_MAX_ROWS=3)
def test_what_cannot_be_read_says_so_and_leaves_nothing(
    support: Client, wrong: dict[str, str], told: str
) -> None:
    make_product()

    answer = support.post(NEW, WHY | wrong)

    assert answer.status_code == 409
    assert told in answer.content.decode()
    assert not GrantList.objects.exists()
    assert not AuditEntry.objects.exists()


def test_confirming_in_two_windows_gives_once(support: Client) -> None:
    make_product()
    where = send(support, "email,product\nann@example.com,DNA-STD\n")

    for _window in range(2):
        assert support.post(f"{where}confirm/", {"reach": "all"}).status_code == 302
    work_jobs()
    late = support.post(f"{where}confirm/", {"reach": "all"})

    assert late.status_code == 409
    assert "confirmed or discarded before" in late.content.decode()
    assert Entitlement.objects.count() == 1


def test_pages_of_a_list_hold_a_hundred_rows(support: Client) -> None:
    make_product()
    rows = "\n".join(f"person{n}@example.com,DNA-STD" for n in range(120))
    where = send(support, f"email,product\n{rows}\n")

    first = support.get(where).content.decode()
    rest = support.get(where, {"after": "101"}).content.decode()

    assert first.count("Will be granted") == 100
    assert rest.count("Will be granted") == 20
    assert support.get(where, {"after": "x", "rows": "nonsense"}).status_code == 200


def test_whoever_may_not_grant_reads_and_changes_nothing(signed_in: SignedIn) -> None:
    found = upload(["ann@example.com"], supporter()).grant_list
    auditor, where = signed_in("Auditor"), f"{GRANTS}lists/{found.pk}/"

    page = auditor.get(where).content.decode()

    assert "a•••@example.com" in page
    assert "Grant all of it" not in page
    assert auditor.post(f"{where}confirm/").status_code == 403
    assert auditor.post(f"{where}discard/").status_code == 403
    assert auditor.get(NEW).status_code == 403
    assert GrantList.objects.get().status == "judged"
    assert GrantListRow.objects.exists()


def test_shows_what_exists_without_a_sale_who_gave_it_and_why(signed_in: SignedIn) -> None:
    olga, bert = supporter("olga"), supporter("bert")
    issue_one()
    carried_out(["ann@example.com"], olga)
    grant(
        request_id=uuid4(),
        product=the_product(),
        quantity=3,
        category=GrantCategory.EXCEPTION,
        reason="The fair",
        reference="FAIR-7",
        by=bert,
        at=now(),
    )
    grant(
        request_id=uuid4(),
        product=the_product(),
        quantity=1,
        category=GrantCategory.TEST,
        reason="Trying it",
        reference="TRY-1",
        by=bert,
        at=now(),
    )
    auditor = signed_in("Auditor")

    page = auditor.get(GRANTS).content.decode()
    assert "FAIR-7" in page
    assert "CASE-1" in page
    assert "TRY-1" not in page
    assert "a•••@example.com" in page
    assert "nobody named" in page
    assert f"?who={bert.id}" in page

    def found(**asked: str) -> set[str]:
        said = auditor.get(GRANTS, asked).content.decode()
        return {one for one in ("FAIR-7", "CASE-1", "TRY-1") if f">{one}<" in said}

    assert found(who=olga.id) == {"CASE-1"}
    assert found(category="exception") == {"FAIR-7"}
    assert found(test="yes") == {"TRY-1"}
    assert found(test="all") == {"FAIR-7", "CASE-1", "TRY-1"}
    assert found(reference="FAIR-7") == {"FAIR-7"}
    assert found(second="alone") == {"FAIR-7", "CASE-1"}
    assert found(second="second") == set()
    assert found(since="2020-01-01", until="2020-01-02") == set()
    assert found(since="nonsense", before="nonsense") == {"FAIR-7", "CASE-1"}
    assert found(product="NO-SUCH") == set()


def test_grants_leave_as_a_spreadsheet_that_is_written_down(signed_in: SignedIn) -> None:
    carried_out([GrantSaid(mail="ann@example.com")], supporter(), reason="=cmd()")
    auditor = signed_in("Auditor")

    rows = list(csv.DictReader(io.StringIO(text(auditor.post(f"{GRANTS}export/")))))

    [row] = rows
    assert row["reason"] == "'=cmd()"
    assert row["recipient"] == "a•••@example.com"
    assert (row["quantity"], row["in_force"], row["in_use"]) == ("1", "1", "0")
    assert AuditEntry.objects.get(act="export").subject == "grants"
    assert signed_in("Support 1").post(f"{GRANTS}export/").status_code == 403


def test_what_is_looked_for_is_posted_and_no_address_stands_in_ours(signed_in: SignedIn) -> None:
    auditor = signed_in("Auditor")
    page = auditor.get(GRANTS).content.decode()
    assert 'method="post" role="search"' in page

    asked = auditor.post(GRANTS, {"category": "test", "reference": "ann@example.org"})
    named = auditor.post(GRANTS, {"reference": "CASE-1"})

    assert (asked.status_code, asked["Location"]) == (302, f"{GRANTS}?category=test")
    assert named["Location"] == f"{GRANTS}?reference=CASE-1"


def test_pages_without_anything_say_so(signed_in: SignedIn) -> None:
    auditor = signed_in("Auditor")

    assert "Nothing was granted yet" in auditor.get(GRANTS).content.decode()
    assert "No grant fits" in auditor.get(GRANTS, {"category": "test"}).content.decode()
    assert "No list yet" in auditor.get(f"{GRANTS}lists/").content.decode()
    assert auditor.get(f"{GRANTS}lists/{uuid4()}/").status_code == 404
    assert "email,product" in text(auditor.get(f"{GRANTS}lists/template/"))
