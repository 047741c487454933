"""No code in a log, however it got there."""

import io
import logging
from collections.abc import Iterator
from random import Random
from time import process_time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from counterfoil.rules.codes import ALPHABET, check_symbol, display
from counterfoil.rules.redaction import MASKED, RedactCodes, redact

CODE, LONG_CODE = "7K3M9QXT2B5NRWE0", "7K3M9QXT2B5NRWEFGHJKMNPK"
TOKEN = "0123456789ABCDEFGHJKMNPQRS"
HANDLE = "ent_01jd0000000abcdefghjkmnpqr"
UUIDS = [UUID(int=Random(n).getrandbits(128), version=4) for n in range(3_000)]  # noqa: S311

AROUND = [
    "{}",
    "code={}&x=1",
    '{{"code": "{}"}}',
    '{{\\"code\\":\\"{}\\"}}',
    "Code('{}')",
    "b'{}'",
    "<b>{}</b>",
    "&lt;{}&gt;",
    "&#39;{}&#x27;",
    "12 {} 34",
    "die Geschenkkarte für {}äöü",
    "\\n{}\\n",
    "\\t{}",
    "\\u0022{}\\u0022",
    "code%3D{}%26",
    "/c%23{}",
    "%0A{}",
    "LIKE '%{}%'",
    "\x1b[31m{}\x1b[0m",
    "\\x1b[31m{}\\x1b[0m",
    "code_{}_used",
    "voucher-{}-extra",
    "{}.",
    "#{}",
]
JOINS = [
    *(
        "",
        "-",
        " ",
        ".",
        "_",
        " - ",
        "\n",
        "\u2013",
        "\u2212",
        "\u2043",
        "\u00ad",
        "\u00a0",
        "\u200b",
    ),
    *("%20", "%2D", "+", "%E2%80%93", "\\u2013", "\\xad", "\\xe2\\x80\\x93", "&nbsp;"),
    *("&#8211;", "\\n", "\\\\u00a0"),
]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("code", [CODE, CODE.lower()])
def test_masks_a_code_wherever_it_stands(around: str, code: str) -> None:
    assert redact(around.format(code)) == around.format(MASKED)
    assert redact(around.format(display(code))) == around.format(MASKED)


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("code", [LONG_CODE, LONG_CODE.lower()])
def test_masks_a_long_code_wherever_it_stands(around: str, code: str) -> None:
    """With two digits of an escape before it, it looks like a token: more may be masked."""
    assert redact(around.format(display(code))) == around.format(MASKED)
    assert code not in redact(around.format(code))
    assert MASKED in redact(around.format(code))


@pytest.mark.parametrize("join", JOINS)
@pytest.mark.parametrize("size", [4, 8, 2])
@pytest.mark.parametrize("code", [CODE, LONG_CODE])
def test_masks_a_code_however_it_is_divided(join: str, size: int, code: str) -> None:
    groups = [code[start : start + size] for start in range(0, len(code), size)]

    assert redact(f"({join.join(groups)})") == f"({MASKED})"


@pytest.mark.parametrize(
    "written",
    [
        "7K3M9-QXT2B-5NRWE-0",
        "7k3M9QxT2b5nRweO",
        "7k3m-9qxt2b5nrweo",
        "\uff17\uff2b\uff13\uff2d9QXT2B5NRWE0",
    ],
)
def test_masks_whatever_can_be_read_as_a_code(written: str) -> None:
    assert redact(f"presented {written!r}") == f"presented {MASKED!r}"


@pytest.mark.parametrize("before", ["that code", "with", "HTTP 404", "seat 1A"])
def test_masks_a_code_behind_words_that_look_like_its_beginning(before: str) -> None:
    redacted = redact(f"{before} 7K3M 9QXT 2B5N RWE0 today")

    assert redacted.endswith(f"{MASKED} today")
    assert not {"7K3M", "9QXT", "2B5N", "RWE0"} & set(redacted.split())


def test_masks_a_code_that_another_seems_to_overlap() -> None:
    false_start = "ABCD7K3M9QXT2B5"
    word = "ABCD" if check_symbol(false_start) == "N" else word_that_fits()

    assert redact(f"{word} 7K3M 9QXT 2B5N RWE0 used") == f"{MASKED} used"


def word_that_fits() -> str:
    """Find a word that makes a valid code of itself and the first twelve symbols after it."""
    return next(
        f"AB{one}{other}"
        for one in ALPHABET
        for other in ALPHABET
        if check_symbol(f"AB{one}{other}7K3M9QXT2B5") == "N"
    )


def test_masks_every_code_of_many() -> None:
    assert redact(f"{CODE}, {LONG_CODE};{display(CODE)}") == f"{MASKED}, {MASKED};{MASKED}"


@pytest.mark.parametrize(
    "around",
    ["https://shop.example/c#{}", "/c%23{} ", "'token': '{}'", '{{"token":"{}"}}', "token={}&x=1"],
)
@pytest.mark.parametrize("token", [TOKEN, TOKEN.lower()])
def test_masks_the_token_of_a_link(around: str, token: str) -> None:
    assert redact(around.format(token)) == around.format(MASKED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"looked up {HANDLE}, {HANDLE.upper()}",
        "GET /console/purchases?q=ana 200 1234 in 12 ms",
        "7K3M-9QXT-2B5N-RWE8",  # its check symbol is wrong
        "7K3M-9QXT-2B5N-RWE",
        f"x{CODE}",  # more than a code
        f"{CODE}0",
        "counterfoil.operations.redeem",
        "pi_7K3m9QXT2B5NRWEFGHJKMNPK",  # Stripe's ids are as long as a long code
        "cs_test_a1B2c3",
    ],
)
def test_leaves_what_is_no_code(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("around", ["{}", "id={} ok", "({})"])
def test_leaves_uuids(around: str) -> None:
    texts = [around.format(uuid) for uuid in UUIDS]

    assert [redact(text) for text in texts] == texts


@given(st.text(alphabet=st.characters()))
@example("\\u" * 30)
@example("%" * 30 + "\ud800")
@example("&#999999;" + "&#xD800;")
@example("\\xff\\xfe")
def test_reads_anything_without_stumbling(text: str) -> None:
    redact(text)


@example("0" * 15, "code_{}_used", "", "")
@given(
    st.text(ALPHABET, min_size=15, max_size=15),
    st.sampled_from(AROUND),
    st.sampled_from(JOINS),
    st.text(max_size=20),
)
def test_lets_no_code_through(data: str, around: str, join: str, noise: str) -> None:
    assume("%{" not in around or "%" not in join)  # nobody can tell which of them is an escape
    code = data + check_symbol(data)
    written = join.join([code[:4], code[4:8], code[8:12], code[12:]])

    assert written not in redact(f"{noise} {around.format(written)} {noise}")


@pytest.mark.parametrize(
    "text",
    [
        "x" * 500_000,
        "~" * 500_000,
        "-" * 500_000,
        "ab" + "~" * 500_000,
        "\\" * 500_000,
        "%20" * 150_000,
        "&" * 500_000,
        "a " * 250_000,
        "a word or more " * 30_000,
        "\u200b" * 500_000,
    ],
    ids=lambda text: ascii(text[:5]),
)
def test_takes_no_long_time_over_long_lines(text: str) -> None:
    started = process_time()
    redact(text)

    assert process_time() - started < 5  # it takes 0.3 s; what is quadratic takes hours


# --- the filter ------------------------------------------------------------------------------


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Keep what a log writes that has the filter."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(RedactCodes())
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    LOG.addHandler(handler)
    yield written
    LOG.removeHandler(handler)


LOG = logging.Logger("tests.redaction")  # nobody else configures or disables it
LOG.propagate = False


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


def filtered(**fields: Any) -> logging.LogRecord:
    record = logging.makeLogRecord(fields)
    assert RedactCodes().filter(record) is True
    return record


def test_the_filter_masks_the_message_and_its_arguments(lines: io.StringIO) -> None:
    LOG.warning("%s-%s, %d of %.1f", CODE[:8], CODE[8:], 1, 2.0)
    LOG.warning("%(code)s", {"code": CODE})
    LOG.warning(ValueError(display(CODE)))

    assert lines.getvalue() == (f"WARNING {MASKED}, 1 of 2.0\nWARNING {MASKED}\nWARNING {MASKED}\n")


def test_the_filter_masks_exceptions_and_their_causes(lines: io.StringIO) -> None:
    try:
        try:
            int(display(CODE))
        except ValueError as cause:
            raise RuntimeError(f"#{TOKEN}") from cause
    except RuntimeError:
        LOG.exception("failed", stack_info=True)

    assert "Traceback" in lines.getvalue()
    assert lines.getvalue().count(MASKED) >= 2
    assert display(CODE) not in lines.getvalue()
    assert TOKEN not in lines.getvalue()


def test_the_filter_leaves_no_exception_to_be_written_once_more() -> None:
    secret, harmless = ValueError(CODE), ValueError("no code")

    assert filtered(exc_info=(ValueError, secret, None)).exc_info is None
    assert filtered(exc_info=(ValueError, harmless, None)).exc_info == (ValueError, harmless, None)
    assert filtered(exc_text=CODE).exc_text == MASKED


def test_the_filter_masks_a_stack() -> None:
    assert filtered(stack_info=f"in f({CODE!r})").stack_info == f"in f('{MASKED}')"


def test_the_filter_masks_what_was_passed_as_extra() -> None:
    deep = {"a": {"b": {"c": {"d": {"e": CODE}}}}}
    record = filtered(
        code=CODE,
        body=f'{{"code": "{CODE}"}}'.encode(),
        form={CODE: [(display(CODE), 7)]},
        deep=deep,
    )

    assert record.code == MASKED  # type: ignore[attr-defined]
    assert record.body == f'b\'{{"code": "{MASKED}"}}\''  # type: ignore[attr-defined]
    assert record.form == {MASKED: [[MASKED, 7]]}  # type: ignore[attr-defined]
    assert CODE not in repr(record.deep)  # type: ignore[attr-defined]


def test_the_filter_leaves_other_extras_alone() -> None:
    request = object()

    assert filtered(request=request, status=200).request is request  # type: ignore[attr-defined]


def test_the_filter_survives_a_mistake_in_the_call(lines: io.StringIO) -> None:
    LOG.warning("%d codes", CODE)
    LOG.warning("%s", Unprintable())
    LOG.warning("with %s", "something", exc_info=(ValueError, ValueError(Unprintable()), None))

    assert CODE not in lines.getvalue()
    assert f"('{MASKED}',)" in lines.getvalue()
    assert "cannot be written" in lines.getvalue()
    assert "with something" in lines.getvalue()


def test_the_filter_survives_what_it_cannot_read() -> None:
    assert filtered(exc_info=True, msg="kept").getMessage() == "kept"
    assert filtered(extra_error=ValueError(Unprintable())).msg == ""
