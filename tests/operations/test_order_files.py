"""Order files before anything is issued: taken in, judged, read otherwise, confirmed, discarded."""

from dataclasses import replace

import pytest

from counterfoil.channels.order_file_columns import Field
from counterfoil.channels.order_file_reading import Choices
from counterfoil.channels.order_file_text import Delimiter
from counterfoil.errors import (
    FileClosed,
    FileNotClean,
    FileTooLarge,
    FileUnreadable,
    NotFound,
    ReasonMissing,
    TooManyReveals,
)
from counterfoil.models import (
    AuditEntry,
    Code,
    Connection,
    Entitlement,
    Entry,
    HoldKind,
    Job,
    OrderFile,
    OrderFileRow,
    ProductMapping,
)
from counterfoil.operations.confirm_order_file import confirm_order_file
from counterfoil.operations.discard_order_file import discard_order_file
from counterfoil.operations.judge_order_file import judge_order_file
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.reread_order_file import reread_order_file
from counterfoil.operations.reveal_file_codes import reveal_file_codes
from counterfoil.rules.order_files import Extent, FileStatus
from counterfoil.testing.builders import OPERATOR, make_connection, make_product, now
from tests.order_files import a_file, a_row, carry_out, procurement, upload, verdicts
from tests.records import assert_kept, refused, unchanged

pytestmark = pytest.mark.django_db

COVERS = {
    "F56": [
        "test_every_row_is_judged_and_nothing_is_issued",
        "test_a_file_that_is_not_clean_is_not_confirmed_as_a_whole",
    ]
}


@pytest.fixture
def files() -> Connection:
    return procurement()


def rows_of(order_file: OrderFile) -> dict[int, OrderFileRow]:
    return {row.number: row for row in OrderFileRow.objects.filter(file=order_file)}


def test_every_row_is_judged_and_nothing_is_issued(files: Connection) -> None:
    ProductMapping.objects.create(connection=files, key="sku:MUG", product=None)
    content = a_file(
        a_row(),
        a_row("A-1", "2", sku="DNA-PLUS"),
        a_row("A-2", sku="NOBODY-KNOWS"),
        a_row("A-3", quantity="two"),
        a_row("A-4", sku="MUG"),
        a_row(),
        a_row("A-1", "2", sku="DNA-PLUS", quantity=3),
    )

    order_file = upload(files, content).order_file

    assert verdicts(order_file) == [
        "new",
        "new",
        "unknown_sku",
        "bad",
        "ignored",
        "repeated",
        "bad",
    ]
    rows = rows_of(order_file)
    assert rows[5].trouble == "The quantity “two” is not a whole number."
    assert rows[7].trouble == "It is row 2 again."
    assert rows[8].trouble == "Row 3 says something else of the same order line."
    assert (rows[2].lead, rows[3].lead, rows[4].lead) == (2, 2, 4)
    assert order_file.row_count == 7
    assert not Entitlement.objects.exists()
    assert not Job.objects.exists()


def test_what_is_said_of_people_is_sealed(files: Connection) -> None:
    order_file = upload(files, a_file()).order_file

    row = OrderFileRow.objects.get()
    assert row.personal() == {"buyer_mail": "ann.buyer@example.com", "buyer_name": "Ann Buyer"}
    assert order_file.content() == a_file()
    for kept in (row.personal_sealed, order_file.content_sealed):
        assert kept is not None
        assert b"ann.buyer" not in bytes(kept)
        assert b"Ann" not in bytes(kept)


def test_the_same_bytes_are_the_same_file(files: Connection) -> None:
    first = upload(files, a_file(), name="one.csv")
    with unchanged():
        again = upload(files, a_file(), name="two.csv")

    assert (first.is_repeated, again.is_repeated) == (False, True)
    assert again.order_file == first.order_file


def test_another_connection_has_files_of_its_own(files: Connection) -> None:
    other = make_connection(slug="other", channel="order_file")

    first, second = upload(files, a_file()), upload(other, a_file())

    assert first.order_file != second.order_file
    assert verdicts(first.order_file) == ["new"]
    assert verdicts(second.order_file) == ["unknown_sku"]


def test_what_another_connection_sold_is_not_issued_here(files: Connection) -> None:
    other = make_connection(slug="other", channel="order_file")
    ProductMapping.objects.create(
        connection=other, key="sku:DNA-STD", product=files.mappings.first().product
    )
    carry_out(upload(files, a_file()).order_file)

    assert verdicts(upload(other, a_file()).order_file) == ["new"]


@pytest.mark.parametrize(
    ("content", "error"), [(b"", FileUnreadable), (b"hello\nworld", FileUnreadable)]
)
def test_what_is_no_list_of_orders_is_not_kept(
    files: Connection, content: bytes, error: type[FileUnreadable]
) -> None:
    with refused(error):
        upload(files, content)


def test_a_file_or_a_list_that_is_too_long_is_not_kept(files: Connection, settings: object) -> None:
    settings.COUNTERFOIL_ORDER_FILE_MAX_ROWS = 1  # type: ignore[attr-defined]
    with refused(FileTooLarge, "more than 1 rows"):
        upload(files, a_file(a_row(), a_row("A-2")))
    settings.COUNTERFOIL_ORDER_FILE_MAX_BYTES = 10  # type: ignore[attr-defined]
    with refused(FileTooLarge, "bytes, and 10 are read"):
        upload(files, a_file())


def test_other_channels_and_switched_off_connections_take_no_files(files: Connection) -> None:
    stripe = make_connection(slug="stripe")
    with refused(NotFound):
        upload(stripe, a_file())
    files.enabled = False
    with refused(NotFound):
        upload(files, a_file())


def test_a_column_that_is_missing_is_chosen_afterwards(files: Connection) -> None:
    content = b"Ref;Nr;sku;qty;currency\nA-1;7;DNA-STD;2;EUR\n"
    order_file = upload(files, content).order_file
    assert order_file.reading["missing"] == ["order", "line"]
    assert order_file.row_count == 0
    with refused(FileClosed):
        confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())

    columns = {Field.ORDER: "Ref", Field.LINE: "Nr"}
    choices = Choices(columns=columns, delimiter=Delimiter.SEMICOLON)
    read = reread_order_file(order_file_id=order_file.pk, choices=choices, by=OPERATOR, at=now())

    assert verdicts(read) == ["new"]
    assert read.choices == {"delimiter": ";", "columns": {"order": "Ref", "line": "Nr"}}
    later = upload(files, content.replace(b"A-1", b"A-2")).order_file
    assert (verdicts(later), later.reading["missing"]) == (["new"], [])
    other = make_connection(slug="other", channel="order_file")
    assert upload(other, content).order_file.reading["missing"] == ["order", "line"]
    with refused(FileUnreadable, "no column 'Gone'"):
        reread_order_file(
            order_file_id=order_file.pk,
            choices=replace(choices, columns={Field.ORDER: "Gone"}),
            by=OPERATOR,
            at=now(),
        )


def test_orders_in_two_currencies_or_too_large_are_bad(files: Connection) -> None:
    mixed = [a_row(), a_row("A-1", "2").replace("EUR", "USD")]
    large = [a_row("A-2", str(n), quantity=60_000) for n in (1, 2)]
    long = [a_row("A-3", str(n), quantity=1) for n in range(1_001)]

    order_file = upload(files, a_file(*mixed, *large, *long)).order_file

    assert set(verdicts(order_file)) == {"bad"}
    rows = rows_of(order_file)
    assert rows[2].trouble == "The order has prices in several currencies."
    assert rows[4].trouble == "The order has more than 100000 units."
    assert rows[6].trouble == "The order has more than 1000 rows."


def test_a_file_that_is_not_clean_is_not_confirmed_as_a_whole(files: Connection) -> None:
    content = a_file(a_row(), a_row("A-2", sku="NOBODY-KNOWS"), a_row("A-3", quantity=0))
    order_file = upload(files, content).order_file

    with refused(FileNotClean, "2 of 3 rows are not good"):
        confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())


def test_confirming_twice_is_confirming_once(files: Connection) -> None:
    order_file = upload(files, a_file()).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    with unchanged():
        confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())

    assert Job.objects.count() == 1
    assert list(AuditEntry.objects.order_by("pk").values_list("act", flat=True)) == [
        "upload_order_file",
        "confirm_order_file",
    ]


def test_a_sku_that_was_mapped_since_is_seen_when_it_is_checked_again(files: Connection) -> None:
    order_file = upload(files, a_file(a_row(sku="NEW-NAME"))).order_file
    product = make_product("DNA-NEW")
    ProductMapping.objects.create(connection=files, key="sku:NEW-NAME", product=product)
    assert verdicts(order_file) == ["unknown_sku"]

    judge_order_file(order_file_id=order_file.pk, by=OPERATOR, at=now())

    assert verdicts(order_file) == ["new"]


def test_a_file_that_is_being_carried_out_is_neither_judged_read_nor_discarded(
    files: Connection,
) -> None:
    order_file = upload(files, a_file()).order_file
    confirm_order_file(order_file_id=order_file.pk, extent=Extent.ALL, by=OPERATOR, at=now())
    about = {"order_file_id": order_file.pk, "by": OPERATOR, "at": now()}

    with refused(FileClosed):
        judge_order_file(**about)
    with refused(FileClosed):
        discard_order_file(**about)
    with refused(FileClosed):
        reread_order_file(choices=Choices(), **about)


def test_discarding_forgets_everything_the_file_said(files: Connection) -> None:
    order_file = upload(files, a_file()).order_file
    about = {"order_file_id": order_file.pk, "by": OPERATOR, "at": now()}

    discard_order_file(**about)

    order_file.refresh_from_db()
    assert order_file.status == FileStatus.DISCARDED
    assert (order_file.content_sealed, order_file.content()) == (None, b"")
    assert not OrderFileRow.objects.exists()
    with unchanged():
        discard_order_file(**about)
    again = upload(files, a_file())
    assert (again.is_repeated, again.order_file.pk) == (False, order_file.pk)
    assert verdicts(order_file) == ["new"]


def test_what_was_carried_out_is_not_discarded(files: Connection) -> None:
    order_file = carry_out(upload(files, a_file()).order_file)
    with refused(FileClosed):
        discard_order_file(order_file_id=order_file.pk, by=OPERATOR, at=now())


def test_shows_the_codes_of_a_file_and_writes_down_who_saw_them(files: Connection) -> None:
    order_file = carry_out(upload(files, a_file(a_row(quantity=3))).order_file)
    held = Entitlement.objects.order_by("ordinal").first()
    assert held is not None
    place_hold(
        entitlement_ids=[held.pk],
        kind=HoldKind.FRAUD,
        reference="case 1",
        by=OPERATOR,
        at=now(),
        reason="fraud",
    )

    shown = reveal_file_codes(
        order_file_id=order_file.pk, by=OPERATOR, at=now(), reason="support_case"
    )

    assert len(shown) == 2
    assert held.pk not in shown
    assert {code[-4:] for code in shown.values()} == set(
        Code.objects.exclude(entitlement=held.pk).values_list("last_four", flat=True)
    )
    entries = Entry.objects.filter(act_name="reveal_code")
    assert {entry.actor_id for entry in entries} == {OPERATOR.id}
    assert len(entries) == 2
    assert AuditEntry.objects.get(act="reveal_file_codes").data["codes"] == 2
    assert_kept()


def test_more_codes_than_one_person_may_see_are_not_shown(
    files: Connection, settings: object
) -> None:
    settings.COUNTERFOIL_FILE_REVEAL_LIMIT = 3  # type: ignore[attr-defined]
    order_file = carry_out(upload(files, a_file(a_row(quantity=2))).order_file)
    about = {"order_file_id": order_file.pk, "by": OPERATOR}
    with refused(ReasonMissing):
        reveal_file_codes(**about, at=now(), reason="")
    reveal_file_codes(**about, at=now(), reason="support_case")

    with refused(TooManyReveals):
        reveal_file_codes(**about, at=now(), reason="support_case")
