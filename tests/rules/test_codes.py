"""Codes: the vectors everybody must agree on, and what the check symbol catches."""

import secrets
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from counterfoil.errors import CodeMalformed
from counterfoil.rules.codes import (
    ALPHABET,
    TOKEN_LENGTH,
    VALUES,
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
CODE = "7K3M9QXT2B5NRWE0"


@pytest.mark.parametrize(("data", "code"), GOLDEN.items())
def test_the_check_symbol_is_the_one_everybody_computes(data: str, code: str) -> None:
    assert display(data + check_symbol(data)) == code
    assert normalise(code) == code.replace("-", "")


@pytest.mark.parametrize(
    "typed",
    [
        "7k3m 9qxt 2b5n rweo",
        "7K3M.9QXT_2B5N\u00a0RWE0",
        " 7K3M\u20139QXT\u22122B5N\u00adRWE0\u200b",
        "\uff17\uff2b\uff13\uff2d9QXT2B5NRWE0",
    ],
)
def test_a_code_is_read_however_it_was_copied(typed: str) -> None:
    assert normalise(typed) == CODE


@pytest.mark.parametrize("typed", ["ol23-4567-89ab-cde4", "oI23456789abcdE4"])
def test_look_alikes_are_read_as_what_was_meant(typed: str) -> None:
    assert normalise(typed) == "0123456789ABCDE4"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("7K3M-9QXT-2B5N-RWE8", "check"),
        ("7K3M-9QXT-2B5N-RW0E", "check"),
        ("K73M-9QXT-2B5N-RWE0", "check"),
        ("7K3M-9QXT-2B5N-RWEU", "alphabet"),
        ("\u0131123456789ABCDE4", "alphabet"),
        ("7K3M-9QXT-2B5N-RWE!", "alphabet"),
        ("", "length"),
        ("7K3M-9QXT-2B5N-RWE", "length"),
        (" ".join(["7K3M-9QXT-2B5N-RWE0"] * 4), "length"),
    ],
)
def test_a_mistyped_code_is_refused_with_the_rule_it_breaks(typed: str, kind: str) -> None:
    with pytest.raises(CodeMalformed) as refused:
        normalise(typed)
    assert refused.value.kind == kind


def _slips(code: str) -> set[str]:
    """Give every code with one symbol wrong, and every code with two symbols swapped."""
    wrong = {code[:at] + symbol + code[at + 1 :] for at in range(len(code)) for symbol in ALPHABET}
    swapped = set()
    for first in range(len(code)):
        for second in range(first + 1, len(code)):
            symbols = list(code)
            symbols[first], symbols[second] = symbols[second], symbols[first]
            swapped.add("".join(symbols))
    return (wrong | swapped) - {code}


def _luhn_symbol(data: str) -> str:
    """Compute another check symbol (Luhn mod 32), self-consistent but not ours."""
    total, factor = 0, 2
    for symbol in reversed(data):
        addend = factor * VALUES[symbol]
        total += addend // 32 + addend % 32
        factor = 3 - factor
    return ALPHABET[-total % 32]


@pytest.mark.parametrize("form", CodeForm)
def test_every_single_slip_and_every_swap_is_caught(form: CodeForm) -> None:
    for _ in range(1000 if form is CodeForm.SHORT else 300):
        code = draw_code(form)
        for slip in _slips(code):
            assert check_symbol(slip[:-1]) != slip[-1]


def test_another_checksum_would_be_found_out() -> None:
    assert any(_luhn_symbol(data) != code[-1] for data, code in GOLDEN.items()), (
        "the golden vectors would not notice"
    )
    slips = (
        slip
        for _ in range(20)
        for data in [draw_code()[:-1]]
        for slip in _slips(data + _luhn_symbol(data))
    )
    assert any(_luhn_symbol(slip[:-1]) == slip[-1] for slip in slips)


def test_draws_do_not_repeat_and_use_every_symbol_everywhere_alike() -> None:
    drawn = [draw_code() for _ in range(30_000)]
    assert len(set(drawn)) == len(drawn)
    for position in range(15):
        counts = Counter(code[position] for code in drawn)
        expected = len(drawn) / 32
        chi_square = sum((counts[symbol] - expected) ** 2 / expected for symbol in ALPHABET)
        assert chi_square < 95, position  # 31 degrees of freedom: p < 2e-8 by chance


def test_a_generator_that_leans_would_be_found_out() -> None:
    leaning = [secrets.choice(ALPHABET + "0") for _ in range(30_000)]
    expected = len(leaning) / 32
    counts = Counter(leaning)
    assert sum((counts[symbol] - expected) ** 2 / expected for symbol in ALPHABET) > 95


def test_words_nobody_wants_on_a_card_are_drawn_again() -> None:
    assert spells_a_blocked_word("000SH1T00000000")
    assert spells_a_blocked_word("0005H1700000000")
    assert not any(spells_a_blocked_word(draw_code()) for _ in range(2000))
    lost = sum(
        spells_a_blocked_word("".join(secrets.choice(ALPHABET) for _ in range(16)))
        for _ in range(20_000)
    )
    assert lost < 200  # under 1 %: no bits to speak of


def test_a_token_is_read_like_a_code() -> None:
    token = draw_token()
    assert len(token) == TOKEN_LENGTH
    assert normalise_token(f" {token.lower()} ") == token
    with pytest.raises(CodeMalformed):
        normalise_token(token[:-1])


def test_what_is_shown_is_grouped_masked_or_spelled() -> None:
    assert mask("RWE0") == "••••-••••-••••-RWE0"
    assert mask("MNPK", CodeForm.LONG) == "••••-••••-••••-••••-••••-MNPK"
    assert spell(CODE) == "7 K 3 M, 9 Q X T, 2 B 5 N, R W E 0"


@given(st.text(max_size=80))
@example("\u0130" * 16)
@example("\ufb03" * 16)
def test_whatever_is_typed_is_a_code_or_is_refused(typed: str) -> None:
    try:
        code = normalise(typed)
    except CodeMalformed:
        return
    assert normalise(display(code)) == code
    assert set(code) <= set(ALPHABET)
