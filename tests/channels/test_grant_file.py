"""Lists of grants, as spreadsheets save them and as people paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.channels.grant_file import TEMPLATE, read_grants
from counterfoil.errors import FileTooLarge, FileUnreadable
from counterfoil.rules.grant_lists import GrantSaid


def read(content: str | bytes, **more: int) -> list[GrantSaid]:
    data = content.encode() if isinstance(content, str) else content
    limits = {"most_bytes": 10_000, "most_rows": 100} | more
    return [one.said for one in read_grants(data, **limits)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "email,product\nann@example.com,KIT\n",
            [GrantSaid(mail="ann@example.com", product="KIT")],
        ),
        (
            "SKU;Qty;E-Mail\nKIT;2;ann@example.com\n",
            [GrantSaid(product="KIT", quantity="2", mail="ann@example.com")],
        ),
        (
            "ann@example.com\nbob@example.com",
            [GrantSaid(mail=f"{n}@example.com") for n in ("ann", "bob")],
        ),
        ("order\n#10077\n", [GrantSaid(order="#10077")]),
        ("\ufeffTicket\tAccount\nT-1\t\n", [GrantSaid(case="T-1")]),
        ('product\n="0042"\n\n;;\n', [GrantSaid(product="0042")]),
        ("email\nmailto:ann@example.com;\n", [GrantSaid(mail="ann@example.com")]),
    ],
)
def test_reads_what_people_have(content: str, said: list[GrantSaid]) -> None:
    assert read(content) == said


def test_numbers_rows_as_a_spreadsheet_does() -> None:
    rows = read_grants(b"product\nA\n\nB\n", most_bytes=100, most_rows=9)

    assert [one.number for one in rows] == [2, 4]


def test_a_row_that_cannot_be_read_is_told_and_holds_up_no_other() -> None:
    rows = list(read_grants(b'product,quantity\n"A,1\nB,1\n', most_bytes=100, most_rows=9))

    assert [one.is_readable for one in rows] == [False, True]


@pytest.mark.parametrize("content", ["", "\n\n", "colour,size\nred,1\n", "\0\0"])
def test_what_is_no_list_is_refused(content: str) -> None:
    with pytest.raises(FileUnreadable):
        read(content)


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(FileTooLarge):
        read("product\n" + "A\n" * 101)
    with pytest.raises(FileTooLarge):
        read("product\n" + "A\n" * 10, most_bytes=20)


def test_its_own_template_is_read() -> None:
    [one] = read(",".join(TEMPLATE) + "\na@example.com,KIT,1,A-1,,\n")

    assert (one.mail, one.product, one.quantity, one.order) == ("a@example.com", "KIT", "1", "A-1")


@given(st.binary(max_size=400))
def test_nothing_makes_it_fall_over(content: bytes) -> None:
    try:
        for one in read(content):
            assert len(one.product) <= 300
    except (FileUnreadable, FileTooLarge):
        pass
