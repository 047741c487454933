"""The second factor: the standard's own numbers, each step once, recovery codes as people type."""

from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.rules.second_factors import (
    ALPHABET,
    draw_first_password,
    draw_recovery_codes,
    enrolment_uri,
    new_secret,
    normalise_recovery,
    shown,
    step_of,
)

OF_THE_STANDARD = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B, in base 32
SECONDS = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


@pytest.mark.parametrize(("seconds", "digits"), SECONDS.items())
def test_knows_the_numbers_of_the_standard(seconds: int, digits: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert step_of(OF_THE_STANDARD, digits, at=at, after=0) == seconds // 30
    assert step_of(OF_THE_STANDARD, f" {digits[:3]} {digits[3:]} ", at=at, after=0)


def test_takes_a_step_before_and_after_and_no_other() -> None:
    at = datetime.fromtimestamp(1234567890, UTC)
    step = 1234567890 // 30

    taken = [
        step_of(OF_THE_STANDARD, "005924", at=at + timedelta(seconds=30 * off), after=0)
        for off in (-2, -1, 0, 1, 2)
    ]

    assert taken == [None, step, step, step, None]


def test_takes_digits_once() -> None:
    at = datetime.fromtimestamp(59, UTC)

    assert step_of(OF_THE_STANDARD, "287082", at=at, after=0) == 1
    assert step_of(OF_THE_STANDARD, "287082", at=at, after=1) is None


@pytest.mark.parametrize("typed", ["", "abc", "28708", "٢٨٧٠٨٢", "287083", "0" * 64])
def test_refuses_anything_else(typed: str) -> None:
    assert step_of(OF_THE_STANDARD, typed, at=datetime.fromtimestamp(59, UTC), after=0) is None


def test_recovery_codes_are_read_as_people_type_them() -> None:
    codes = draw_recovery_codes()

    assert len(set(codes)) == 10
    for code in codes:
        typed = shown(code).lower().replace("0", "o").replace("1", "l")
        assert normalise_recovery(f"  {typed} ") == code
    for wrong in ("", "U" * 10, codes[0][:9], codes[0] + "A"):
        assert normalise_recovery(wrong) is None


def test_what_is_drawn_differs_each_time() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    passwords = {draw_first_password() for _ in range(50)}
    assert len(passwords) == 50
    assert {len(one) for one in passwords} == {19}
    assert set("".join(passwords)) <= {*ALPHABET.lower(), "-"}


def test_the_qr_code_says_whose_it_is() -> None:
    uri = enrolment_uri(OF_THE_STANDARD, username="olga", issuer="A shop")

    assert uri.startswith("otpauth://totp/A%20shop:olga?")
    assert f"secret={OF_THE_STANDARD}" in uri
