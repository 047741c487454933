"""Order files: what is read, how, and what each row that cannot be read says."""

import codecs
import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.channels.order_file import BadRow, OrderRow, rows
from counterfoil.channels.order_file_columns import ALIASES, Field, normalised
from counterfoil.channels.order_file_reading import Choices, Reading, open_file
from counterfoil.channels.order_file_text import Delimiter, Encoding
from counterfoil.channels.order_file_values import DayOrder
from counterfoil.errors import FileTooLarge, FileUnreadable

COVERS = {
    "F56": [
        "test_every_bad_row_says_what_is_wrong_and_holds_up_no_other",
        "test_nothing_but_the_named_refusals_comes_of_any_bytes",
        "test_a_hundred_thousand_rows_are_read_in_flat_memory",
    ],
    "F9": [
        "test_nothing_but_the_named_refusals_comes_of_any_bytes",
        "test_refuses_a_file_that_is_too_large",
    ],
    "F43": ["test_trailing_cells_may_be_missing"],
    "F44": ["test_what_is_not_paid_yet_is_a_bad_row"],
    "F45": ["test_money_is_whole_minor_units"],
}

SAMPLE = Path(__file__).parents[3] / "shared/channel-data/amazon/order_report.derived.txt"
PAYLOADS = Path(__file__).parent / "payloads/order_file"
HEAD = "order-id,order-item-id,sku,quantity-purchased,currency,item-price"
GOOD = "A-1,1,DNA-STD,2,EUR,198.00"
LIMIT = 20_000_000


def opened(content: bytes | str, choices: Choices | None = None) -> Reading:
    content = content.encode() if isinstance(content, str) else content
    return open_file(content, choices=choices, limit=LIMIT)


def read(
    content: bytes | str, choices: Choices | None = None, *, most: int = 1_000
) -> list[OrderRow | BadRow]:
    content = content.encode() if isinstance(content, str) else content
    return list(rows(content, opened(content, choices), most=most))


def only(content: bytes | str, choices: Choices | None = None) -> OrderRow:
    [row] = read(content, choices)
    assert isinstance(row, OrderRow), row
    return row


def trouble(content: bytes | str) -> str:
    [row] = read(content)
    assert isinstance(row, BadRow), row
    return row.trouble


def test_reads_a_marketplace_report() -> None:
    first, second, third = read((PAYLOADS / "marketplace.txt").read_bytes())

    assert first == OrderRow(
        number=2,
        order="204-1111111-2222222",
        line="90000000000000001",
        sku="DNA-STD",
        quantity=2,
        amount=17800,
        currency="EUR",
        product='Dog DNA test, 12" box',
        ordered_at=datetime(2026, 10, 2, 8, 15, 30, tzinfo=UTC),
        paid_at=datetime(2026, 10, 2, 8, 16, tzinfo=UTC),
        buyer_mail="q7x2k9m4alias@marketplace.example",
        buyer_name="Zoë Käufer",
        recipient_name="Zoë Käufer",
    )
    assert isinstance(second, OrderRow)
    assert (second.number, second.order, second.gift_message) == (3, first.order, "Für Bello")
    assert isinstance(third, OrderRow)
    assert third.number == 5  # row 4 only continues row 3
    assert third.line == "90071992547409931"  # beyond what a float keeps apart


def test_reads_a_purchase_order() -> None:
    first, second = read((PAYLOADS / "procurement.csv").read_bytes())

    assert isinstance(first, OrderRow)
    assert (first.order, first.line, first.sku) == ("PO-2026-118", "10", "DNA-STD")
    assert (first.quantity, first.amount, first.currency) == (25, 25 * 8_950, "EUR")
    assert first.buyer_mail == "einkauf@klinik.example"
    assert isinstance(second, OrderRow)
    assert second.amount == 123_450


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is beside the project, not in it")
def test_replays_the_sample_of_a_marketplace() -> None:
    found = read(SAMPLE.read_bytes())

    assert [(row.number, row.sku) for row in found] == [
        (2, "DNA-STD"),
        (3, "DNA-HEALTH"),
        (5, "UNKNOWN-SKU"),
    ]
    assert [row.amount for row in found if isinstance(row, OrderRow)] == [19_800, 12_900, 999]


TEXT = f"{HEAD},buyer-name\n{GOOD},Zoë Müller\n"


@pytest.mark.parametrize(
    ("content", "encoding", "certain"),
    [
        (TEXT.encode(), Encoding.UTF_8, True),
        (codecs.BOM_UTF8 + TEXT.encode(), Encoding.UTF_8, True),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), Encoding.UTF_16_LE, True),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), Encoding.UTF_16_BE, True),
        (TEXT.encode("utf-16-le"), Encoding.UTF_16_LE, True),
        (TEXT.encode("utf-16-be"), Encoding.UTF_16_BE, True),
        (TEXT.encode("cp1252"), Encoding.WINDOWS_1252, False),
    ],
)
def test_finds_out_how_bytes_are_meant_and_says_so(
    content: bytes, encoding: Encoding, *, certain: bool
) -> None:
    reading = opened(content)

    assert (reading.decoded.encoding, reading.decoded.is_certain) == (encoding, certain)
    assert reading.told[0].startswith("Read as ")
    assert only(content).buyer_name == "Zoë Müller"
    assert only(content).order == "A-1"


def test_an_encoding_that_was_chosen_is_used() -> None:
    content = f"{HEAD},buyer-name\n{GOOD},山田\n".encode("cp932")

    assert only(content, Choices(encoding=Encoding.SHIFT_JIS)).buyer_name == "山田"
    with pytest.raises(FileUnreadable, match=r"not UTF-8 \(as you chose\): see row 2"):
        opened(content, Choices(encoding=Encoding.UTF_8))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\x00" * 400, "empty"),
        (b"\n \n\t\n", "empty"),
        (b'\n,,\n;;\n""\n', "no heading"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "UTF-32"),
        (codecs.BOM_UTF8 + b"a\nb\xff\n", "not UTF-8 (by the mark at its start): see row 2"),
        (codecs.BOM_UTF16_LE + b"a\x00\x00", "not UTF-16 (little-endian)"),
        (HEAD.encode() + b"\n\x81\xff\n", "neither UTF-8 (see row 2) nor Windows-1252"),
        (b"hello\nworld\n", "one column only"),
        (b"%PDF-1.7\nnothing here\n", "one column only"),
        (b"a,b\n1,2\n", "order number, order line, SKU, quantity"),
        (b"order-id,sku,qty\n1,2,3\n", "No column is known to hold: order line."),
        (f"{HEAD},SKU\n".encode(), "Two columns are called 'sku'"),
        (f"{HEAD}\n{'x' * 100_001}\n".encode(), "longer than 100,000"),
        (b"," * 600 + b"\nx" + b",x" * 600, "more than 500 columns"),
    ],
)
def test_refuses_what_is_no_list_of_orders(content: bytes, told: str) -> None:
    with pytest.raises(FileUnreadable) as refusal:
        read(content)
    assert told in str(refusal.value)


def test_refuses_a_file_that_is_too_large() -> None:
    with pytest.raises(FileTooLarge, match="20,000,001 bytes, and 20,000,000"):
        opened(b"x" * (LIMIT + 1))
    with pytest.raises(FileTooLarge, match="more than 2 rows"):
        read("\n".join([HEAD, GOOD, GOOD, GOOD]), most=2)


@pytest.mark.parametrize("delimiter", list(Delimiter))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_reads_every_delimiter_and_end_of_line(delimiter: Delimiter, end: str) -> None:
    text = f"{HEAD}{end}{end}{GOOD}{end}{end}".replace(",", delimiter.value)

    assert opened(text).heading.delimiter is delimiter
    assert (only(text).number, only(text).amount) == (3, 19_800)


def test_a_first_line_may_name_the_delimiter() -> None:
    text = f"sep=;\n{HEAD}\n{GOOD}".replace(",", ";")

    assert only(text).number == 3
    assert only(text, Choices(delimiter=Delimiter.SEMICOLON)).number == 3
    with pytest.raises(FileUnreadable):
        read(text, Choices(delimiter=Delimiter.TAB))


def test_quoted_cells_hold_delimiters_quotation_marks_and_lines() -> None:
    text = f'{HEAD},gift-message-text\nA-1,1,"DNA-STD",2,EUR,"1,198.00","Dear ""Rex"",\nwoof\n!"\n'

    row = only(text)

    assert (row.sku, row.amount) == ("DNA-STD", 119_800)
    assert row.gift_message == 'Dear "Rex",\nwoof\n!'


@pytest.mark.parametrize("spoiled", ['"A-1,1,DNA-STD,2,EUR,1', 'A-1,1,"DNA-STD,2,EUR,1'])
def test_a_lone_quotation_mark_costs_its_own_row(spoiled: str) -> None:
    after = [f"A-{n},1,DNA-STD,1,EUR,1.00" for n in range(2, 40)]
    closed = 'A-40,1,"DNA-STD",1,EUR,1.00'

    bad, *good = read("\n".join([HEAD, spoiled, *after, closed]))

    assert isinstance(bad, BadRow)
    assert (bad.number, bad.trouble[:19]) == (2, "A quotation mark is")
    assert [row.order for row in good] == [f"A-{n}" for n in range(2, 41)]
    assert [row.number for row in good] == list(range(3, 42))


def test_two_lone_marks_in_one_column_swallow_nothing_between_them() -> None:
    head = HEAD + ",buyer-name,x\n"
    text = head + 'A-1,1,S,1,EUR,1,"Ann,x\nA-2,2,S,1,EUR,1,Bob,x\nA-3,3,S,1,EUR,1,Cy",x\n'

    found = read(text)

    assert [type(row).__name__ for row in found] == ["BadRow", "OrderRow", "OrderRow"]


def test_a_marketplace_that_quotes_nothing_is_taken_at_its_word() -> None:
    text = f"{HEAD},buyer-name\n{GOOD},x\n".replace(",", "\t").replace("\tx\n", '\t"Rex" Ltd\n')

    assert only(text).buyer_name == '"Rex" Ltd'


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",1,DNA-STD,2,EUR,1", "The order number is missing."),
        ("A-1,,DNA-STD,2,EUR,1", "The order line is missing."),
        ("A-1,1,,2,EUR,1", "The SKU is missing."),
        ("A-1,5.83564E+11,DNA-STD,2,EUR,1", "A spreadsheet has shortened the order line"),
        (f"{'A' * 201},1,DNA-STD,2,EUR,1", "The order number is too long"),
        ("A\x07-1,1,DNA-STD,2,EUR,1", "The order number is too long, or holds characters"),
        ("A-1,1,DNA-STD,,EUR,1", "The quantity “” is not a whole number."),
        ("A-1,1,DNA-STD,0,EUR,1", "not between 1 and 100,000"),
        ("A-1,1,DNA-STD,-1,EUR,1", "not a whole number"),
        ("A-1,1,DNA-STD,100001,EUR,1", "not between 1 and 100,000"),
        ("A-1,1,DNA-STD,1.5,EUR,1", "not a whole number"),
        ("A-1,1,DNA-STD,1.000,EUR,1", "not a whole number"),
        ("A-1,1,DNA-STD,1e3,EUR,1", "not a whole number"),
        ("A-1,1,DNA-STD,NaN,EUR,1", "not a whole number"),
        ("A-1,1,DNA-STD,²,EUR,1", "not a whole number"),
        ("A-1,1,DNA-STD,٣,EUR,1", "not a whole number"),
        ("A-1,1,DNA-STD,2,EURO,1", "not the three letters of a currency"),
        ("A-1,1,DNA-STD,2,,1", "There is no currency"),
        ("A-1,1,DNA-STD,2,EUR,1.234", "can be read in two ways"),
        ("A-1,1,DNA-STD,2,EUR,-1", "cannot be read"),
        ("A-1,1,DNA-STD,2,EUR,NaN", "cannot be read"),
        ("A-1,1,DNA-STD,2,EUR,1e9", "cannot be read"),
        ("A-1,1,DNA-STD,2,EUR,Infinity", "cannot be read"),
        ("A-1,1,DNA-STD,2,EUR,1.9999", "more decimals than EUR"),
        ("A-1,1,DNA-STD,2,JPY,1.50", "more decimals than JPY"),
        ("A-1,1,DNA-STD,2,EUR,99999999999999", "too large"),
        ("A-1,1,DNA-STD,2,EUR,1,more,cells", "has 8 values, and the heading 6 columns"),
        ("A-1,1,DNA\x00STD,2,EUR,1", "NUL character"),
        ('A-1,1,"DNA-STD" x,2,EUR,1', "quotation mark"),
        ("A-1,1", "The quantity “” is not a whole number."),
    ],
)
def test_every_bad_row_says_what_is_wrong_and_holds_up_no_other(row: str, told: str) -> None:
    bad, good = read(f"{HEAD}\n{row}\n{GOOD}\n")

    assert isinstance(bad, BadRow)
    assert (bad.number, told in bad.trouble) == (2, True), bad.trouble
    assert isinstance(good, OrderRow)


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("198", "EUR", 19_800),
        ("198.5", "EUR", 19_850),
        ("198,50", "EUR", 19_850),
        ("1,198.50", "EUR", 119_850),
        ("1.198,50", "EUR", 119_850),
        ("1 198,50", "EUR", 119_850),
        ("1\u00a0198,50", "EUR", 119_850),
        ("1'198.50", "CHF", 119_850),
        ("1,234,567", "EUR", 123_456_700),
        ("1.234.567", "EUR", 123_456_700),
        ("9.9900", "EUR", 999),
        ("EUR 9.99", "EUR", 999),
        ("9.99 EUR", "EUR", 999),
        ("500", "JPY", 500),
        ("500.00", "JPY", 500),
        ("1.234", "KWD", 1_234),
        ("0.1", "EUR", 10),
        ("4503599627370.49", "EUR", 450_359_962_737_049),
    ],
)
def test_money_is_whole_minor_units(written: str, currency: str, minor: int) -> None:
    assert only(f'{HEAD}\nA-1,1,S,1,{currency},"{written}"').amount == minor


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2007-07-14T18:54:21+00:00", datetime(2007, 7, 14, 18, 54, 21, tzinfo=UTC)),
        ("2007-07-14T18:54:21Z", datetime(2007, 7, 14, 18, 54, 21, tzinfo=UTC)),
        ("2026-11-14T18:54:21-07:00", datetime(2026, 11, 15, 1, 54, 21, tzinfo=UTC)),
        ("2026-11-14 18:54:21 UTC", datetime(2026, 11, 14, 18, 54, 21, tzinfo=UTC)),
        ("2026-11-14", datetime(2026, 11, 14, tzinfo=UTC)),
        ("05-17-2011", datetime(2011, 5, 17, tzinfo=UTC)),
        ("17/05/2011", datetime(2011, 5, 17, tzinfo=UTC)),
        ("5/17/2011 18:54", datetime(2011, 5, 17, 18, 54, tzinfo=UTC)),
        ("17.5.2011", datetime(2011, 5, 17, tzinfo=UTC)),
    ],
)
def test_days_are_read_as_marketplaces_write_them(written: str, moment: datetime) -> None:
    assert only(f"{HEAD},purchase-date\n{GOOD},{written}").ordered_at == moment


@pytest.mark.parametrize(
    "written",
    ["45612", "yesterday", "2026-02-30", "0000-01-01", "9999-12-31T23:59:59-10:00", "13-13-2026"],
)
def test_what_is_no_day_is_said(written: str) -> None:
    assert "is not a day" in trouble(f"{HEAD},purchase-date\n{GOOD},{written}")


def test_other_rows_tell_what_comes_first_in_a_day() -> None:
    text = f"{HEAD},purchase-date\n{GOOD},05-06-2026\nA-2,1,S,1,EUR,1,25-06-2026\n"

    reading = opened(text)
    first, _ = read(text)
    assert isinstance(first, OrderRow)

    assert first.ordered_at == datetime(2026, 6, 5, tzinfo=UTC)
    assert "day first: see row 3" in reading.told[-1]


def test_a_day_that_nothing_tells_is_read_as_marketplaces_do_and_said() -> None:
    text = f"{HEAD},purchase-date\n{GOOD},05-06-2026\n"

    assert only(text).ordered_at == datetime(2026, 5, 6, tzinfo=UTC)
    assert "month first: no row of this file tells" in opened(text).told[-1]
    chosen = Choices(day_order=DayOrder.DAY_FIRST)
    assert only(text, chosen).ordered_at == datetime(2026, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize("status", ["Cancelled", "Pending", "Refunded", "Teleported"])
def test_an_order_that_is_not_to_be_fulfilled_is_a_bad_row(status: str) -> None:
    assert "nothing is issued for that" in trouble(f"{HEAD},order-status\n{GOOD},{status}")
    assert only(f"{HEAD},order-status\n{GOOD},Partially Shipped").order == "A-1"


def test_what_is_not_paid_yet_is_a_bad_row() -> None:
    assert "not paid yet" in trouble(f"{HEAD},payments-date\n{GOOD},")


def test_a_wrong_address_is_not_repeated() -> None:
    said = trouble(f"{HEAD},buyer-email\n{GOOD},ann at example\n")

    assert said == "The buyer's e-mail address cannot be one."


def test_references_kept_from_spreadsheets_are_unwrapped() -> None:
    row = only(f'{HEAD}\n"=""0583563777345""",1,S,1,EUR,1')

    assert row.order == "0583563777345"


def test_trailing_cells_may_be_missing() -> None:
    row = only(f"{HEAD},buyer-name,gift-message-text\nA-1,1,S,1,EUR\n")

    assert (row.amount, row.currency, row.buyer_name) == (0, "EUR", "")


def test_a_price_of_one_is_multiplied_and_a_total_is_not() -> None:
    head = "po number;line;sku;qty;currency;unit price"

    assert only(f"{head}\nP;1;S;3;EUR;9,99").amount == 2_997
    assert only(f"{head};line total\nP;1;S;3;EUR;9,99;25,00").amount == 2_500
    assert "too large" in trouble(f"{head}\nP;1;S;100000;EUR;99999999999")


def test_a_currency_that_was_chosen_stands_in() -> None:
    text = "po;line;sku;qty;price\nP;1;S;1;9,99"

    assert "no currency" in trouble(text)
    assert only(text, Choices(currency="chf")).currency == "CHF"


def test_columns_can_be_chosen_and_left_out() -> None:
    text = "Ref,Nr,Thing,How many,status\nA-1,7,S,2,weird\n"
    columns = {
        Field.ORDER: "Ref",
        Field.LINE: "nr",
        Field.SKU: "Thing",
        Field.QUANTITY: "How many",
        Field.STATUS: "",
    }

    row = only(text, Choices(columns=columns, currency="EUR"))

    assert (row.order, row.line, row.sku, row.quantity) == ("A-1", "7", "S", 2)
    with pytest.raises(FileUnreadable, match="no column 'Gone'"):
        opened(text, Choices(columns={Field.ORDER: "Gone"}))


def test_headings_are_found_however_they_are_spelled() -> None:
    assert {normalised(it) for it in ("Order ID", "order_id", " ORDER-ID ", "Order  Id")} == {
        "order-id"
    }
    for aliases in ALIASES.values():
        assert all(normalised(alias) == alias for alias in aliases)


def test_no_alias_means_two_things() -> None:
    every = [alias for aliases in ALIASES.values() for alias in aliases]
    assert len(every) == len(set(every))


def test_a_hundred_thousand_rows_are_read_in_flat_memory() -> None:
    lines = [f'{n}-1,{n},DNA-STD,2,EUR,198.00,"Ann ""{n}"""' for n in range(100_000)]
    content = "\n".join([f"{HEAD},buyer-name", *lines]).encode()
    del lines
    reading = opened(content)

    tracemalloc.start()
    count = sum(isinstance(row, OrderRow) for row in rows(content, reading, most=100_000))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 100_000
    assert most < 1_000_000


@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from(
                [
                    b'"',
                    b",",
                    b"\t",
                    b"\n",
                    b"\r",
                    b"\x00",
                    b"A-1",
                    b"1",
                    b"\xff",
                    b"=",
                    "é".encode(),
                ]
            ),
            max_size=60,
        ).map(b"".join),
    ),
    st.sampled_from([b"", HEAD.encode() + b"\n", HEAD.replace(",", "\t").encode() + b",date\r\n"]),
)
def test_nothing_but_the_named_refusals_comes_of_any_bytes(body: bytes, head: bytes) -> None:
    found: list[OrderRow | BadRow] = []
    with suppress(FileUnreadable, FileTooLarge):
        found = read(head + body)
    for row in found:
        assert row.number > 1
        assert isinstance(row, OrderRow) or row.trouble.endswith(".")
        assert "\\x00" not in repr(row)


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"))))
def test_whatever_stands_in_a_message_is_read_as_it_was_written(messages: list[str]) -> None:
    quoted = [one.strip().replace("\r", " ") for one in messages]
    body = "".join(
        f'A-{n},1,S,1,EUR,1,"{one.replace(chr(34), chr(34) * 2)}"\n'
        for n, one in enumerate(quoted)
        if one.count("\n") < 10 and one.count(",") < 5
    )

    for row in read(f"{HEAD},gift-message-text\n{body}"):
        assert isinstance(row, OrderRow), row
        assert row.gift_message == quoted[int(row.order[2:])].strip()
