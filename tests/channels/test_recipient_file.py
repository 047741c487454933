"""Lists of recipients as people really have them."""

import pytest

from counterfoil.channels.recipient_file import Recipient, read_recipients
from counterfoil.errors import FileTooLarge, FileUnreadable


def read(content: bytes, *, most: int = 100) -> list[Recipient]:
    return list(read_recipients(content, most_bytes=100_000, most_rows=most))


@pytest.mark.parametrize(
    "content",
    [
        b"email,name,message\nann@example.com,Ann Lee,Hello",
        b"\xef\xbb\xbfemail;name;message\r\nann@example.com;Ann Lee;Hello\r\n",
        "E-Mail-Adresse\tVorname\tNachname\tNachricht\nann@example.com\tAnn\tLee\tHello".encode(
            "utf-16"
        ),
        b'sep=;\r\n"E-Mail";"Name";"Message";;;\r\n"ann@example.com";"Ann Lee";"Hello";;;\r\n;;;;;',
        b'Name,Message,Email\nAnn Lee,Hello,"=""ann@example.com"""',
        b"email,message\nAnn Lee <ann@example.com>,Hello",
        "Correo electrónico;Nombre;Mensaje\nann@example.com;Ann Lee;Hello".encode("cp1252"),
        b"email,name,message\nmailto:ann@example.com,Ann Lee,Hello",
        "email,name,message\n\u200bann@example.com\u00a0,Ann Lee,Hello".encode(),
    ],
)
def test_a_list_is_read_however_a_spreadsheet_wrote_it(content: bytes) -> None:
    [row] = read(content)

    assert (row.mail, row.name, row.message) == ("ann@example.com", "Ann Lee", "Hello")


def test_addresses_alone_are_a_list() -> None:
    assert [row.mail for row in read(b"ann@example.com\nbob@example.com;\n\ncy@example.com")] == [
        "ann@example.com",
        "bob@example.com",
        "cy@example.com",
    ]


def test_rows_count_as_a_spreadsheet_counts_and_blank_ones_are_left_out() -> None:
    rows = read(b"email\n\nann@example.com\n , \nbob@example.com")

    assert [(row.number, row.mail) for row in rows] == [
        (3, "ann@example.com"),
        (5, "bob@example.com"),
    ]


def test_a_quotation_mark_that_is_not_closed_costs_its_own_row() -> None:
    rows = read(b'email,name\n"ann@example.com,Ann\nbob@example.com,Bob')

    assert [row.is_readable for row in rows] == [False, True]


@pytest.mark.parametrize("content", [b"", b" \r\n", b"name,city\nAnn,Rome", b"\x00\x00"])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read(content)


def test_a_list_that_is_too_long_is_refused() -> None:
    with pytest.raises(FileTooLarge):
        read(b"email\n" + b"a@example.com\n" * 4, most=3)
    with pytest.raises(FileTooLarge):
        read(b"email\n" + b" " * 100_001)
