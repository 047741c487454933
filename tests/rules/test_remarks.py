"""What staff write is kept without what must not be kept."""

from random import Random

import pytest

from counterfoil.rules.codes import display, draw_code, draw_token
from counterfoil.rules.remarks import REMARK_MAX, TICKET_MAX, masked_remark, masked_ticket

CARDS = [
    "4242424242424242",
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "3782 822463 10005",
    "4222222222222",
    "6304 0000 0000 0000 000",
    "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
    "4242\u00a04242\u20134242\u200b4242",
    "\uff14\uff12\uff14\uff12 4242 4242 4242",
    "\u0664\u0662\u0664\u0662 4242 4242 4242",
    "4242\n4242\n4242\n4242",
]
HARMLESS = [
    "order 1001, paid 2026-11-20 for 2 x 114.00",
    "orders 1001 1002 1003 1004 and 1005",
    "+49 170 1234567, called twice",
    "1234567890123456",
    "0000000000000",
    "ent_01jd0000000abcdefghjkmnpqr",
    "01934f2a-7c3e-7d11-8a55-0242ac120002",
    "ZD-48213",
    "pi_3QxYzAbCdEfGhIjK0LmNoPqR",
    "meet @ noon; a@b; see https://desk.example.com/tickets/48213",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("around", ["{}", "card {}, exp 12/27", "order 1001 {} 123", "({})"])
def test_no_number_of_a_card_is_kept(card: str, around: str) -> None:
    kept = masked_remark(around.format(card))

    assert "[card ending " in kept
    assert sum(one.isdigit() for one in kept) <= sum(one.isdigit() for one in around) + 4 + 3


def test_the_last_four_of_a_card_stay_so_that_two_cards_are_told_apart() -> None:
    assert masked_remark("paid with 4242 4242 4242 4242") == "paid with [card ending 4242]"
    both = masked_remark("4242424242424242, then 5555 5555 5555 4444")
    assert both == "[card ending 4242], then [card ending 4444]"


def test_no_code_and_no_link_is_kept() -> None:
    code, token = draw_code(), draw_token()
    for written in (code, display(code), code.lower(), f"https://x.example/c#{token}"):
        kept = masked_remark(f"they read me {written} on the phone")
        assert "[code]" in kept
        assert written not in kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ann.buyer@example.com", "a•••@example.com"),
        ("Ann <ann.buyer@example.com>, twice.", "Ann <a•••@example.com>, twice."),
        ("mailto:ann@mail.example.co.uk.", "mailto:a•••@mail.example.co.uk."),
        ("(ann@example.com)", "(a•••@example.com)"),
        ("grüße@exämple.com", "g•••@exämple.com"),
    ],
)
def test_addresses_keep_what_their_owner_recognises(written: str, kept: str) -> None:
    assert masked_remark(written) == kept


@pytest.mark.parametrize("text", HARMLESS)
def test_what_support_writes_all_day_stays_as_it_is(text: str) -> None:
    assert masked_remark(text) == text


def test_masking_twice_gives_the_same() -> None:
    text = f"ann@example.com {draw_code()} 4242 4242 4242 4242"
    assert masked_remark(masked_remark(text)) == masked_remark(text)


def test_what_no_page_shows_is_left_out_and_lines_stay() -> None:
    assert masked_remark("  a\0b\r\nc\u202e \x1b[31md\n ") == "ab\nc [31md"
    assert masked_ticket(" ZD\0-48213\n\tsecond ") == "ZD-48213 second"


def test_too_much_is_cut_after_it_was_masked() -> None:
    code = draw_code()
    assert len(masked_remark("x" * 50_000)) == REMARK_MAX
    assert code[:12] not in masked_remark("x" * (REMARK_MAX - 13) + " " + code)
    assert len(masked_ticket("x" * 500)) == TICKET_MAX


def test_nothing_a_stranger_pastes_takes_long() -> None:
    random = Random(1)  # noqa: S311
    for symbols in ("0123456789 ", "a@.", "4 ", "@", "-"):
        masked_remark("".join(random.choices(symbols, k=20_000)))
