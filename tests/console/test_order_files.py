"""Order files in the console: uploaded, looked at, confirmed, fetched."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from tests.console.conftest import SignedIn
from tests.order_files import a_file, a_row, carry_out, procurement, upload, work_on
from tests.records import unchanged

from counterfoil.models import Connection, Entitlement, Entry, Job, OrderFile, OrderFileRow
from counterfoil.operations.confirm_order_file import confirm_order_file
from counterfoil.operations.stop_job import stop_job
from counterfoil.rules.codes import display
from counterfoil.rules.order_files import Extent, FileStatus
from counterfoil.testing.builders import OPERATOR, now

pytestmark = pytest.mark.django_db

NEW = "/console/order-files/new/"


@pytest.fixture
def files() -> Connection:
    return procurement()


@pytest.fixture
def operations(signed_in: SignedIn) -> Client:
    return signed_in("Operations")


def send(client: Client, content: bytes, **answers: str) -> HttpResponse:
    sent = SimpleUploadedFile("orders.csv", content)
    given = {"connection": "procurement", "file": sent, **answers}
    return client.post(NEW, given, follow=True)  # type: ignore[return-value]


def text_of(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def sheet(response: HttpResponse) -> list[list[str]]:
    body: Iterator[bytes] = response.streaming_content  # type: ignore[attr-defined]
    text = b"".join(body).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def page(order_file: OrderFile, act: str = "") -> str:
    return f"/console/order-files/{order_file.pk}/{act}"


def test_a_file_is_looked_at_confirmed_and_carried_out(
    files: Connection, operations: Client
) -> None:
    looked = send(operations, a_file(a_row(), a_row("A-2")))

    assert "2 rows would be issued" in text_of(looked)
    assert "Read as UTF-8" in text_of(looked)
    assert not Entitlement.objects.exists()
    order_file = OrderFile.objects.get()
    assert order_file.uploaded_for == "Mara Operations"
    running = operations.post(page(order_file, "confirm/"), follow=True)
    assert "It is being carried out" in text_of(running)
    assert 'http-equiv="refresh"' in text_of(running)
    work_on()
    done = text_of(operations.get(page(order_file)))
    assert "2 rows were carried out." in done
    assert 'http-equiv="refresh"' not in done
    rows = sheet(operations.post(page(order_file, "results/")))
    assert len(rows) == 1 + 4
    assert "carried out" in text_of(operations.get("/console/order-files/"))


def test_the_page_shows_nothing_of_people(files: Connection, operations: Client) -> None:
    shown = text_of(send(operations, a_file()))

    assert "A-1" in shown
    assert "ann.buyer" not in shown
    assert "Ann Buyer" not in shown


def test_the_same_file_again_says_so(files: Connection, operations: Client) -> None:
    send(operations, a_file())
    with unchanged():
        again = send(operations, a_file())
    assert "This very file was uploaded before" in text_of(again)


def test_a_file_in_which_nothing_is_new_says_so(files: Connection, operations: Client) -> None:
    carry_out(upload(files, a_file()).order_file)

    later = send(operations, a_file() + b"\n")

    assert "Nothing here is new" in text_of(later)
    assert "Confirm and issue" not in text_of(later)


def test_what_is_wrong_is_said_by_row_and_can_be_filtered(
    files: Connection, operations: Client
) -> None:
    rows = [a_row(), a_row("A-2", sku="NOBODY-KNOWS"), a_row("A-3", quantity="two")]
    looked = text_of(send(operations, a_file(*rows)))

    assert "2 rows are not good" in looked
    assert "Nothing is known as <b>NOBODY-KNOWS</b> (1 row)" in looked
    order_file = OrderFile.objects.get()
    bad = text_of(operations.get(page(order_file, "?verdict=bad")))
    assert "The quantity “two” is not a whole number." in bad
    assert "A-2" not in bad
    for odd in ("?verdict=nonsense", "?after=x", "?after=99999999999", "?verdict=differs"):
        assert operations.get(page(order_file, odd)).status_code == 200


def test_a_file_that_is_not_clean_is_refused_as_a_whole(
    files: Connection, operations: Client
) -> None:
    send(operations, a_file(a_row(), a_row("A-2", quantity=0)))
    order_file = OrderFile.objects.get()

    with unchanged():
        refused = operations.post(page(order_file, "confirm/"), {"extent": "all"})

    assert refused.status_code == 409
    assert "1 of 2 rows are not good. Nothing was issued." in text_of(refused)
    operations.post(page(order_file, "confirm/"), {"extent": "good_rows"})
    work_on()
    assert Entitlement.objects.count() == 2
    assert "not a whole number" not in text_of(operations.get(page(order_file, "?verdict=new")))


def test_long_lists_come_page_by_page(files: Connection, operations: Client) -> None:
    upload(files, a_file(*(a_row(f"A-{n}") for n in range(150))))
    order_file = OrderFile.objects.get()

    first = text_of(operations.get(page(order_file)))
    second = text_of(operations.get(page(order_file, "?after=101")))

    assert "?after=101" in first
    assert "A-149" not in first
    assert "A-149" in second
    assert "?after=" not in second


@pytest.mark.parametrize(
    ("content", "answers", "told"),
    [
        (b"", {}, "The file is empty."),
        (b"%PDF-1.7\n\xff\xfe\x00", {}, "one column only"),
        (a_file(), {"connection": "nobody"}, "Choose whose orders they are."),
        (a_file(), {"file": ""}, "Choose a file."),
        (a_file(), {"encoding": "ebcdic"}, "cannot be chosen"),
        (a_file(), {"currency": "EURO"}, "not the three letters of a currency"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field(
    files: Connection, operations: Client, content: bytes, answers: dict[str, str], told: str
) -> None:
    refused = send(operations, content, **answers)

    assert refused.status_code == 409
    assert told in text_of(refused)
    assert not OrderFile.objects.exists()


def test_a_file_that_is_too_large_is_refused_in_words(
    files: Connection, operations: Client, settings: object
) -> None:
    settings.COUNTERFOIL_ORDER_FILE_MAX_BYTES = 100  # type: ignore[attr-defined]

    refused = send(operations, a_file(a_row(), a_row("A-2")))

    assert "The file has 101 bytes, and 100 are read." in text_of(refused)


def test_without_a_connection_for_files_it_says_what_is_missing(operations: Client) -> None:
    assert "No connection takes order files yet" in text_of(operations.get(NEW))
    assert "No file yet" in text_of(operations.get("/console/order-files/"))


def test_columns_are_chosen_where_none_is_known(files: Connection, operations: Client) -> None:
    asked = send(operations, b"Ref;Nr;Was;qty;currency;status\nA-1;7;DNA-STD;2;EUR;odd\n")
    assert "Choose the columns" in text_of(asked)
    order_file = OrderFile.objects.get()
    form = text_of(operations.get(page(order_file, "read/")))
    assert '<option value="Was" >Was</option>' in form
    chosen = {"column_order": "Ref", "column_line": "Nr", "column_sku": "Was"}

    wrong = operations.post(page(order_file, "read/"), chosen | {"column_quantity": "Gone"})
    read = operations.post(
        page(order_file, "read/"),
        chosen | {"column_quantity": "qty", "column_currency": "currency"},
        follow=True,
    )

    assert "There is no column" in text_of(wrong)
    assert "1 row would be issued" in text_of(read)
    assert OrderFileRow.objects.get().line_reference == "7"


def test_another_delimiter_finds_the_columns_anew(files: Connection, operations: Client) -> None:
    send(operations, a_file().replace(b",", b";"))
    order_file = OrderFile.objects.get()

    refused = operations.post(page(order_file, "read/"), {"delimiter": "comma"})
    read = operations.post(page(order_file, "read/"), {"delimiter": "semicolon"}, follow=True)

    assert "one column only" in text_of(refused)
    assert "1 row would be issued" in text_of(read)


def test_an_uncertain_encoding_is_said_aloud(files: Connection, operations: Client) -> None:
    looked = send(operations, a_file().replace(b"Ann Buyer", "Zoë".encode("cp1252")))

    assert "Read as Windows-1252, because row 2 is not UTF-8" in text_of(looked)


def test_a_file_is_discarded_and_leaves_nothing_of_people(
    files: Connection, operations: Client
) -> None:
    send(operations, a_file())
    order_file = OrderFile.objects.get()

    gone = operations.post(page(order_file, "discard/"), follow=True)

    assert "The file is gone" in text_of(gone)
    assert "It was discarded" in text_of(operations.get(page(order_file)))
    assert not OrderFileRow.objects.exists()
    for act in ("confirm/", "check/", "read/"):
        refused = operations.post(page(order_file, act))
        assert refused.status_code == 409
        assert "confirmed or discarded" in text_of(refused)


def test_stopped_work_is_said_and_the_file_can_be_checked_again(
    files: Connection, operations: Client
) -> None:
    order_file = upload(files, a_file()).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    stop_job(job_id=Job.objects.get().pk, by=OPERATOR, at=now())

    assert "The work was stopped" in text_of(operations.get(page(order_file)))
    operations.post(page(order_file, "check/"))
    order_file.refresh_from_db()
    assert order_file.status == FileStatus.CHECKED


def test_codes_are_for_those_who_may_see_them_and_are_written_down(
    files: Connection, operations: Client, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    order_file = carry_out(upload(files, a_file()).order_file)
    support, where = signed_in("Support 2"), page(order_file, "codes/")
    assert support.post(NEW).status_code == 403
    assert "Get the file with codes" in text_of(support.get(where))

    assert operations.post(where, {"reason": "support_case"}).status_code == 403
    assert "Choose why." in text_of(support.post(where))
    assert not Entry.objects.filter(act_name="reveal_code").exists()
    response = support.post(where, {"reason": "support_case"})
    head, first, second = sheet(response)

    assert head[-1] == "code"
    assert len(first[-1]) == len(display("0" * 16))
    assert response["Cache-Control"] == "no-store"
    assert "attachment" in response["Content-Disposition"]
    assert Entry.objects.filter(act_name="reveal_code").count() == 2
    without = sheet(support.post(page(order_file, "results/")))
    assert second[-1] not in str(without)
    assert first[-1] not in caplog.text


def test_auditors_read_and_do_nothing(files: Connection, signed_in: SignedIn) -> None:
    order_file, auditor = upload(files, a_file()).order_file, signed_in("Auditor")

    shown = text_of(auditor.get(page(order_file)))

    assert "A-1" in shown
    assert "Confirm and issue" not in shown
    assert "Upload a file" not in text_of(auditor.get("/console/order-files/"))
    with unchanged():
        for act in ("confirm/", "check/", "discard/", "read/", "codes/"):
            assert auditor.post(page(order_file, act)).status_code == 403
        assert send(auditor, a_file(a_row("B-1"))).status_code == 403
