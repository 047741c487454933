"""Drawing, reading and showing codes and tokens."""

import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import combinations
from operator import xor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from counterfoil.errors import CodeMalformed
from counterfoil.rules.codes import (
    ALPHABET,
    TOKEN_LENGTH,
    CodeForm,
    check_symbol,
    display,
    draw_code,
    draw_token,
    mask,
    normalise,
    normalise_token,
    spell,
    spells_a_blocked_word,
)

Check = Callable[[str], str]

GOLDEN = {
    "000000000000000": "0000-0000-0000-0000",
    "000000000000001": "0000-0000-0000-0012",
    "100000000000000": "1000-0000-0000-000Z",
    "ZZZZZZZZZZZZZZZ": "ZZZZ-ZZZZ-ZZZZ-ZZZN",
    "7K3M9QXT2B5NRWE": "7K3M-9QXT-2B5N-RWE0",
    "0123456789ABCDE": "0123-4567-89AB-CDE4",
    "FGHJKMNPQRSTVWX": "FGHJ-KMNP-QRST-VWXS",
    "ZYXWVTSRQPNMKJH": "ZYXW-VTSR-QPNM-KJHH",
    "7K3M9QXT2B5NRWEFGHJKMNP": "7K3M-9QXT-2B5N-RWEF-GHJK-MNPK",
    "00000000000000000000001": "0000-0000-0000-0000-0000-0012",
}
READ = {
    "7k3m 9qxt 2b5n rweo": "7K3M9QXT2B5NRWE0",
    "7K3M.9QXT_2B5N\u00a0RWE0": "7K3M9QXT2B5NRWE0",
    " 7K3M\u20139QXT\u22122B5N\u00adRWE0\u200b": "7K3M9QXT2B5NRWE0",
    "7K3M\u20439QXT\t2B5N\r\nRWE0": "7K3M9QXT2B5NRWE0",
    "\uff17\uff2b\uff13\uff2d9QXT2B5NRWE0": "7K3M9QXT2B5NRWE0",
    "ol23-4567-89ab-cde4": "0123456789ABCDE4",
    "oI23456789abcdE4": "0123456789ABCDE4",
    "7k3m-9qxt-2b5n-rwef-ghjk-mnpk": "7K3M9QXT2B5NRWEFGHJKMNPK",
    "7K3M9QXT2B5NRWE0".ljust(64): "7K3M9QXT2B5NRWE0",
}
REFUSED = {
    "7K3M-9QXT-2B5N-RWE8": "check",
    "7K3M-9QXT-2B5N-RW0E": "check",
    "K73M-9QXT-2B5N-RWE0": "check",
    "7K3M-9QXT-2B5N-RWEU": "alphabet",
    "\u0131123456789ABCDE4": "alphabet",  # a dotless i
    "7K3M-9QXT-2B5N-RWE\u00df": "alphabet",  # upper() would make two letters of it
    "7K3M,9QXT,2B5N,RWE0": "alphabet",
    "U": "alphabet",  # before its length is looked at
    "": "length",
    " - ": "length",
    "7K3M-9QXT-2B5N-RWE": "length",
    "7K3M-9QXT-2B5N-RWE0-7": "length",
    "7K3M-9QXT-2B5N-RWE0 " * 4: "length",
    "7K3M9QXT2B5NRWE0".ljust(65): "length",
    "U" * 65: "length",  # before anything else is looked at
}


def luhn_symbol(data: str) -> str:
    """Compute another check symbol, Luhn's modulo 32: what the tests below must tell apart."""
    total = 0
    for place, symbol in enumerate(reversed(data)):
        twice = ALPHABET.index(symbol) * (2 - place % 2)
        total += twice // 32 + twice % 32
    return ALPHABET[-total % 32]


def wrong_golden(check: Check) -> set[str]:
    return {data for data, shown in GOLDEN.items() if data + check(data) != shown.replace("-", "")}


def sample(form: CodeForm, check: Check, count: int) -> Iterator[str]:
    """Make codes, always the same ones."""
    made = random.Random(f"codes, {form}")  # noqa: S311 - no secrets
    for _ in range(count):
        data = "".join(made.choices(ALPHABET, k=form.data_length))
        yield data + check(data)


def unnoticed_errors(form: CodeForm, check: Check, count: int) -> int:
    """Count the single wrong symbols, of all there can be, that a check symbol lets through."""
    return sum(
        check(wrong[:-1]) == wrong[-1]
        for code in sample(form, check, count)
        for place, right in enumerate(code)
        for symbol in ALPHABET
        if symbol != right
        for wrong in [code[:place] + symbol + code[place + 1 :]]
    )


def unnoticed_swaps(form: CodeForm, check: Check, count: int) -> int:
    """Count the exchanges of any two symbols that a check symbol lets through."""
    return sum(
        check(wrong[:-1]) == wrong[-1]
        for code in sample(form, check, count)
        for i, j in combinations(range(form.data_length + 1), 2)
        if code[i] != code[j]
        for wrong in [code[:i] + code[j] + code[i + 1 : j] + code[i] + code[j + 1 :]]
    )


def chi_square(column: Iterable[object], count: int) -> float:
    """Measure how far 32 possible values are from being equally frequent."""
    expected = count / 32
    seen = Counter(column)
    return sum((n - expected) ** 2 for n in seen.values()) / expected + (32 - len(seen)) * expected


def written_by_people(code: str) -> st.SearchStrategy[str]:
    """Write a code as somebody may type it: look-alikes, lower case, anything in between."""
    look_alikes = {"0": "0Oo\uff10", "1": "1IiLl\u217c"}
    symbols = [st.sampled_from(look_alikes.get(c, c + c.lower())) for c in code]
    between = st.sampled_from(
        ["", "", "", "-", " ", ".", "_", "\u2011", "\u2212", "\u2043", "\u00ad"]
    )
    parts = [part for symbol in symbols for part in (between, symbol)]
    return st.tuples(*parts).map("".join)


@pytest.mark.parametrize(("data", "shown"), GOLDEN.items())
def test_computes_the_check_symbol_that_was_agreed(data: str, shown: str) -> None:
    assert display(data + check_symbol(data)) == shown
    assert display(normalise(shown)) == shown


@pytest.mark.parametrize("form", CodeForm)
def test_notices_every_wrong_symbol(form: CodeForm) -> None:
    assert unnoticed_errors(form, check_symbol, 1_000) == 0


@pytest.mark.parametrize("form", CodeForm)
def test_notices_every_two_symbols_that_changed_places(form: CodeForm) -> None:
    assert unnoticed_swaps(form, check_symbol, 1_000) == 0


def test_would_tell_another_check_symbol_apart() -> None:
    """The control: Luhn's scheme finds every wrong symbol too, but it is not ours."""
    assert unnoticed_errors(CodeForm.SHORT, luhn_symbol, 20) == 0

    assert len(wrong_golden(luhn_symbol)) > len(GOLDEN) / 2
    assert unnoticed_swaps(CodeForm.SHORT, luhn_symbol, 20) > 0
    assert wrong_golden(check_symbol) == set()


def test_computes_no_check_symbol_of_what_is_not_in_the_alphabet() -> None:
    with pytest.raises(KeyError, match="U"):
        check_symbol("U")


@pytest.mark.parametrize(("typed", "code"), READ.items())
def test_reads_what_people_type(typed: str, code: str) -> None:
    assert normalise(typed) == code


@pytest.mark.parametrize(("typed", "kind"), REFUSED.items())
def test_says_what_is_wrong_with_a_code(typed: str, kind: str) -> None:
    with pytest.raises(CodeMalformed) as refusal:
        normalise(typed)

    assert refusal.value.kind == kind


@given(st.text(alphabet=st.characters(), max_size=80))
@example("\ud800" * 16)
@example("\ufdfa" * 64)
def test_reads_anything_without_stumbling(typed: str) -> None:
    with suppress(CodeMalformed):  # and nothing else
        code = normalise(typed)
        assert normalise(code) == code


@given(st.data())
def test_reads_a_code_however_it_is_written(data: st.DataObject) -> None:
    symbols = data.draw(
        st.sampled_from([15, 23]).flatmap(
            lambda count: st.text(ALPHABET, min_size=count, max_size=count)
        )
    )
    code = symbols + check_symbol(symbols)

    assert normalise(data.draw(written_by_people(code))) == code


@given(st.text(ALPHABET, min_size=16, max_size=16))
def test_refuses_a_code_exactly_when_its_check_symbol_is_wrong(text: str) -> None:
    if check_symbol(text[:15]) == text[15]:
        assert normalise(text) == text
    else:
        with pytest.raises(CodeMalformed):
            normalise(text)


@pytest.mark.parametrize("form", CodeForm)
def test_draws_codes_that_can_be_read(form: CodeForm) -> None:
    code = draw_code(form)

    assert len(code) == form.data_length + 1
    assert normalise(display(code)) == code


def test_draws_evenly_and_never_twice() -> None:
    """A fair draw fails the limit of 105 (31 degrees of freedom) once in 10^9 columns."""
    drawn = [draw_code() for _ in range(20_000)]
    columns = [[ALPHABET.index(symbol) for symbol in column] for column in zip(*drawn, strict=True)]

    assert len(set(drawn)) == len(drawn)
    assert max(chi_square(column, len(drawn)) for column in columns) < 105
    for one, other in combinations(columns, 2):
        assert chi_square(map(xor, one, other), len(drawn)) < 105


def test_would_notice_a_draw_that_leans() -> None:
    leaning = [secrets.choice(ALPHABET + "0") for _ in range(20_000)]

    assert chi_square(leaning, len(leaning)) > 105


def test_draws_again_what_seems_rude(monkeypatch: pytest.MonkeyPatch) -> None:
    coming = iter(["7K3M9QXTFVCKRWE", "7K3M9QXT2B5NRWE"])
    monkeypatch.setattr(
        secrets, "token_bytes", lambda _: bytes(ALPHABET.index(symbol) for symbol in next(coming))
    )

    assert draw_code() == "7K3M9QXT2B5NRWE0"


@pytest.mark.parametrize(
    "text", ["FVCK", "FVK", "5H17", "SH1T", "C0CK", "W40RKKK", "D1CK", "B17CH"]
)
def test_sees_rude_words_through_their_disguise(text: str) -> None:
    assert spells_a_blocked_word(text)


def test_finds_few_codes_rude() -> None:
    rude = sum(map(spells_a_blocked_word, sample(CodeForm.SHORT, check_symbol, 20_000)))

    assert 10 < rude < 50  # 0.13 % of 20,000 are 26


def test_draws_tokens_that_can_be_read() -> None:
    tokens = {draw_token() for _ in range(1_000)}

    assert len(tokens) == 1_000
    assert {len(token) for token in tokens} == {TOKEN_LENGTH}
    assert all(normalise_token(token) == token for token in tokens)


def test_reads_a_token_however_a_mail_program_leaves_it() -> None:
    assert normalise_token(" oi23456789abcdefghjkmnpqr\u00ads\n") == "0123456789ABCDEFGHJKMNPQRS"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", "length"), ("0" * 25, "length"), ("0" * 27, "length"), ("U" * 26, "alphabet")],
)
def test_says_what_is_wrong_with_a_token(text: str, kind: str) -> None:
    with pytest.raises(CodeMalformed) as refusal:
        normalise_token(text)

    assert refusal.value.kind == kind


def test_shows_only_the_last_four_symbols() -> None:
    assert mask("7K3M9QXT2B5NRWE0") == mask("RWE0") == "••••-••••-••••-RWE0"
    assert mask("7K3M9QXT2B5NRWEFGHJKMNPK") == mask("MNPK", CodeForm.LONG)
    assert mask("MNPK", CodeForm.LONG) == "••••-••••-••••-••••-••••-MNPK"


def test_spells_a_code_in_groups() -> None:
    assert spell("7K3M9QXT2B5NRWE0") == "7 K 3 M, 9 Q X T, 2 B 5 N, R W E 0"
