"""Order files carried out: once, whatever happens in between."""

import csv
import io
from pathlib import Path

import pytest
from django.db import OperationalError

from counterfoil.errors import Unavailable
from counterfoil.jobs import order_files as carrying
from counterfoil.jobs.running import work_jobs
from counterfoil.models import (
    Connection,
    DeclaredOrder,
    Entitlement,
    ExceptionCase,
    Job,
    JobStatus,
    Line,
    OrderFileRow,
    ProductMapping,
    Purchase,
)
from counterfoil.operations.confirm_order_file import confirm_order_file
from counterfoil.operations.continue_job import continue_job
from counterfoil.operations.judge_order_file import judge_order_file
from counterfoil.operations.stop_job import stop_job
from counterfoil.queries.file_results import result_lines
from counterfoil.queries.order_files import file_rows, one_order_file
from counterfoil.rules.order_files import Extent, FileStatus, Verdict
from counterfoil.testing.builders import OPERATOR, make_product, now
from tests.order_files import (
    a_file,
    a_row,
    carry_out,
    outcomes,
    procurement,
    upload,
    verdicts,
    work_on,
)
from tests.records import assert_kept

pytestmark = pytest.mark.django_db

COVERS = {
    "F56": [
        "test_the_same_file_again_is_a_no_op_and_says_so",
        "test_an_overlapping_file_issues_only_what_is_new",
        "test_only_the_good_rows_are_carried_out_when_that_is_asked_for",
        "test_a_worker_killed_in_the_middle_issues_nothing_twice",
        "test_results_have_a_line_for_each_entitlement_and_start_no_formula",
    ],
    "F1": ["test_the_same_file_again_is_a_no_op_and_says_so"],
    "F2": ["test_an_overlapping_file_issues_only_what_is_new"],
    "F10": ["test_what_was_missing_is_issued_once_it_is_mapped"],
    "F13": ["test_an_order_that_cannot_be_taken_says_why_and_holds_up_no_other"],
    "F41": ["test_another_quantity_is_never_carried_out"],
}
SAMPLE = Path(__file__).parents[3] / "shared/channel-data/amazon/order_report.derived.txt"


@pytest.fixture
def files() -> Connection:
    return procurement()


def many(count: int) -> bytes:
    return a_file(*(a_row(f"A-{n}", quantity=1, price="99.00") for n in range(count)))


def results(order_file_id: object) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(result_lines(order_file_id)))))  # type: ignore[arg-type]


def test_each_order_becomes_a_purchase_like_any_other(files: Connection) -> None:
    content = a_file(a_row(), a_row("A-1", "2", sku="DNA-PLUS", quantity=1, price="129.00"))

    order_file = carry_out(upload(files, content).order_file)

    purchase = Purchase.objects.get()
    assert (purchase.external_reference, purchase.currency) == ("A-1", "EUR")
    assert (purchase.amount_total, purchase.payment) == (19_800 + 12_900, "paid")
    assert list(
        Line.objects.order_by("external_line").values_list(
            "external_line", "quantity", "unit_amount", "amount_total"
        )
    ) == [("1", 2, 9_900, 19_800), ("2", 1, 12_900, 12_900)]
    assert Entitlement.objects.count() == 3
    assert purchase.buyer is not None
    contact = purchase.buyer.contact()
    assert contact is not None
    assert contact.mail == "ann.buyer@example.com"
    assert (order_file.status, outcomes(order_file)) == (FileStatus.DONE, {"issued": 2})
    job = Job.objects.get()
    assert (job.status, job.done, job.total, job.problems) == (JobStatus.DONE, 2, 2, 0)
    assert_kept()


def test_the_same_file_again_is_a_no_op_and_says_so(files: Connection) -> None:
    order_file = carry_out(upload(files, a_file()).order_file)
    before = set(Entitlement.objects.values_list("pk", "version"))

    again = upload(files, a_file())
    assert again.is_repeated
    judge_order_file(order_file_id=order_file.pk, by=OPERATOR, at=now())
    assert verdicts(order_file) == ["issued"]
    confirmed = carry_out(order_file)

    assert confirmed.status == FileStatus.DONE
    assert Job.objects.count() == 1
    assert set(Entitlement.objects.values_list("pk", "version")) == before


def test_an_overlapping_file_issues_only_what_is_new(files: Connection) -> None:
    carry_out(upload(files, a_file(a_row(), a_row("A-2"))).order_file)
    later = upload(
        files, a_file(a_row("A-2"), a_row("A-2", "2", sku="DNA-PLUS"), a_row("A-3"))
    ).order_file
    assert verdicts(later) == ["issued", "new", "new"]

    carry_out(later)

    assert Entitlement.objects.count() == 4 * 2
    assert Purchase.objects.get(external_reference="A-2").lines.count() == 2
    assert DeclaredOrder.objects.get(reference="A-2").revision == 2
    assert_kept()


def test_another_quantity_is_never_carried_out(files: Connection) -> None:
    carry_out(upload(files, a_file()).order_file)
    later = upload(files, a_file(a_row(quantity=5, price="495.00"), a_row("A-9"))).order_file

    assert verdicts(later) == ["differs", "new"]
    carry_out(later, Extent.GOOD_ROWS)

    row = OrderFileRow.objects.get(file=later, number=2)
    assert (row.outcome, row.trouble) == ("", "It was issued with a quantity of 2.")
    assert Entitlement.objects.filter(purchase__external_reference="A-1").count() == 2


def test_only_the_good_rows_are_carried_out_when_that_is_asked_for(files: Connection) -> None:
    content = a_file(a_row(), a_row("A-2", sku="NOBODY-KNOWS"), a_row("A-3", quantity="x"))

    order_file = carry_out(upload(files, content).order_file, Extent.GOOD_ROWS)

    assert Entitlement.objects.count() == 2
    assert not ExceptionCase.objects.exists()
    assert [line[6:] for line in results(order_file.pk)[1:]] == [
        ["issued", "issued", ""],
        ["issued", "issued", ""],
        ["", "unknown_sku", ""],
        ["", "bad", "The quantity “x” is not a whole number."],
    ]


def test_what_was_missing_is_issued_once_it_is_mapped(files: Connection) -> None:
    content = a_file(a_row(), a_row("A-1", "2", sku="LATER"))
    order_file = carry_out(upload(files, content).order_file, Extent.GOOD_ROWS)
    ProductMapping.objects.create(
        connection=files, key="sku:LATER", product=make_product("DNA-LATER")
    )

    judge_order_file(order_file_id=order_file.pk, by=OPERATOR, at=now())
    assert verdicts(order_file) == ["issued", "new"]
    carry_out(order_file)

    assert Entitlement.objects.count() == 4
    assert Job.objects.count() == 2
    assert_kept()


def test_a_file_that_is_no_longer_good_is_not_carried_out(files: Connection) -> None:
    order_file = upload(files, a_file(a_row(), a_row("A-2", sku="DNA-PLUS"))).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    ProductMapping.objects.get(key="sku:DNA-PLUS").delete()

    work_on()

    order_file.refresh_from_db()
    assert order_file.status == FileStatus.CHECKED
    assert verdicts(order_file) == ["new", "unknown_sku"]
    assert "rows have become bad" in Job.objects.get().result["note"]
    assert not Entitlement.objects.exists()


def test_what_was_issued_meanwhile_is_judged_anew(files: Connection) -> None:
    first = upload(files, a_file(a_row(), a_row("A-2"))).order_file
    second = upload(files, a_file(a_row("A-2"), a_row("A-3"))).order_file
    for one in (first, second):
        confirm_order_file(order_file_id=one.pk, extent=Extent.ALL, by=OPERATOR, at=now())

    work_on()

    assert Entitlement.objects.count() == 3 * 2
    assert outcomes(second) == {"": 1, "issued": 1}
    assert outcomes(first) == {"issued": 2}


@pytest.mark.parametrize("dies_in", ["converge_order", "record_file_rows", "declare_order"])
def test_a_worker_killed_in_the_middle_issues_nothing_twice(
    files: Connection, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    monkeypatch.setattr(carrying, "MOST_ORDERS", 5)
    order_file = upload(files, many(23)).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    real, calls = getattr(carrying, dies_in), []

    def deadly(**given: object) -> object:
        calls.append(dies_in)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(**given)

    monkeypatch.setattr(carrying, dies_in, deadly)
    with pytest.raises(KeyboardInterrupt):
        work_jobs()
    assert Job.objects.get().finished_at is None
    work_on()

    order_file.refresh_from_db()
    assert order_file.status == FileStatus.DONE
    assert Entitlement.objects.count() == 23
    assert outcomes(order_file) == {"issued": 23}
    assert Job.objects.get().done == 23
    assert_kept()


def test_a_database_that_is_busy_is_waited_for(
    files: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_file = upload(files, many(3)).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    real, troubles = carrying.converge_order, [Unavailable(), OperationalError("gone")]

    def shaky(**given: object) -> object:
        if troubles:
            raise troubles.pop()
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(carrying, "converge_order", shaky)
    for _ in range(3):
        work_on()

    assert outcomes(order_file) == {"issued": 3}


def test_an_order_that_cannot_be_taken_says_why_and_holds_up_no_other(
    files: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_out(upload(files, a_file(a_row("A-1", "1"))).order_file)
    # The same order, of another buyer: a row that only the order book itself can refuse.
    other = upload(
        files, a_file(a_row("A-1", "2", mail="bob@example.org"), a_row("A-2"))
    ).order_file
    real = carrying.converge_order

    def broken(*, pointer: str, **given: object) -> object:
        if pointer == "A-3":
            raise ZeroDivisionError
        return real(pointer=pointer, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(carrying, "converge_order", broken)
    carry_out(other)
    third = carry_out(upload(files, a_file(a_row("A-3"), a_row("A-4"))).order_file)

    assert outcomes(other) == {"refused": 1, "issued": 1}
    refused = OrderFileRow.objects.get(file=other, outcome="refused")
    assert "told" in refused.trouble
    assert "bob" not in refused.trouble
    assert Job.objects.get(pk=other.job_id).problems == 1
    assert OrderFileRow.objects.get(file=third, outcome="refused").trouble == carrying.FAILED
    assert Purchase.objects.filter(external_reference="A-4").exists()


def test_it_is_stopped_and_taken_up_again(
    files: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "MOST_ORDERS", 5)
    order_file = upload(files, many(12)).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    job, real = Job.objects.get(), carrying.record_file_rows

    def stop_after_first(**given: object) -> object:
        stop_job(job_id=job.pk, by=OPERATOR, at=now())
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(carrying, "record_file_rows", stop_after_first)
    work_on()
    monkeypatch.setattr(carrying, "record_file_rows", real)

    assert Job.objects.get().status == JobStatus.STOPPED
    assert Entitlement.objects.count() == 5
    continue_job(job_id=job.pk, by=OPERATOR, at=now())
    work_on()
    assert Entitlement.objects.count() == 12
    order_file.refresh_from_db()
    assert order_file.status == FileStatus.DONE


def test_a_stopped_file_can_be_judged_and_confirmed_anew_and_the_old_work_ends(
    files: Connection,
) -> None:
    order_file = upload(files, many(3)).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    old = Job.objects.get()
    stop_job(job_id=old.pk, by=OPERATOR, at=now())
    judge_order_file(order_file_id=order_file.pk, by=OPERATOR, at=now())
    carry_out(order_file)

    continue_job(job_id=old.pk, by=OPERATOR, at=now())
    work_on()

    assert Entitlement.objects.count() == 3
    assert {job.status for job in Job.objects.all()} == {JobStatus.DONE}


def test_a_sku_unmapped_in_the_middle_waits_for_a_person(
    files: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_file = upload(files, a_file()).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    real = carrying.declare_order

    def unmapping(**given: object) -> object:
        ProductMapping.objects.all().delete()
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(carrying, "declare_order", unmapping)
    work_on()

    assert outcomes(order_file) == {"waiting": 1}
    assert Job.objects.get().problems == 1
    assert ExceptionCase.objects.get().kind == "unmapped_product"


def test_a_gift_message_goes_with_its_line_and_a_name_alone_is_no_gift(files: Connection) -> None:
    head = (
        "order-id,order-item-id,sku,quantity,currency,buyer-name,recipient-name,gift-message-text"
    )
    body = "A-1,1,DNA-STD,1,EUR,Ann,Rex,Happy birthday\nA-1,2,DNA-STD,1,EUR,Ann,Ann,\n"
    carry_out(upload(files, f"{head}\n{body}".encode()).order_file)

    first, second = DeclaredOrder.objects.get().body().lines

    assert first.gift is not None
    assert (first.gift.message, first.gift.recipient_name) == ("Happy birthday", "Rex")
    assert first.gift.sender_name == "Ann"
    assert second.gift is None


def test_results_have_a_line_for_each_entitlement_and_start_no_formula(files: Connection) -> None:
    content = a_file(a_row("=1+2", "@x"), a_row("+3", sku="-NOT", quantity=1))
    order_file = carry_out(upload(files, content).order_file, Extent.GOOD_ROWS)

    head, first, second, third = results(order_file.pk)

    assert head[:6] == ["row", "order", "item", "sku", "ordinal", "entitlement"]
    assert (first[:5], second[:5]) == (
        ["2", "'=1+2", "'@x", "DNA-STD", "1"],
        ["2", "'=1+2", "'@x", "DNA-STD", "2"],
    )
    assert {first[5], second[5]} == {one.handle for one in Entitlement.objects.all()}
    assert third[:6] == ["3", "'+3", "1", "'-NOT", "", ""]
    assert "code" not in head


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is beside the project, not in it")
def test_replays_the_sample_of_a_marketplace(files: Connection) -> None:
    ProductMapping.objects.filter(key="sku:DNA-PLUS").update(key="sku:DNA-HEALTH")
    order_file = upload(files, SAMPLE.read_bytes(), name="report.txt").order_file
    assert verdicts(order_file) == ["new", "new", "unknown_sku"]

    carry_out(order_file, Extent.GOOD_ROWS)
    carry_out(upload(files, SAMPLE.read_bytes() + b"\n").order_file, Extent.GOOD_ROWS)

    assert Entitlement.objects.count() == 3
    assert Purchase.objects.count() == 1


def test_twenty_thousand_rows_are_judged_and_paged_quickly(files: Connection) -> None:
    known = [a_row(f"A-{n}", "1", quantity=1) for n in range(20)]
    carry_out(upload(files, a_file(*known)).order_file)
    content = a_file(*(a_row(f"A-{n}", "1", quantity=1) for n in range(20_000)))

    order_file = upload(files, content).order_file

    seen = one_order_file(order_file.pk)
    assert seen.counts == {Verdict.ISSUED: 20, Verdict.NEW: 19_980}
    page = file_rows(order_file.pk, verdict=Verdict.NEW, after=10_000)
    assert [row.number for row in page] == list(range(10_001, 10_101))
