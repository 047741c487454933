"""Nothing is shown as it is kept where it can be said in words."""

from counterfoil.console.acts import BUTTONS, PAGES, REASONS
from counterfoil.console.performing import ACTS
from counterfoil.queries import words
from counterfoil.queries._acts_told import ONE
from counterfoil.rules.acts import ALLOWED, Act


def test_every_act_is_told_in_a_sentence() -> None:
    assert set(ONE) == {act.value for act in Act}


def test_every_act_of_staff_has_a_button_a_page_and_is_performed() -> None:
    assert set(BUTTONS) == set(PAGES) == set(ACTS) == set(ALLOWED)
    assert set(ALLOWED) - set(REASONS) == {Act.COMPLETE_SUBJECT}


def test_every_reason_has_words() -> None:
    chosen = {reason for reasons in REASONS.values() for reason in reasons}

    assert chosen <= set(words.REASONS)


def test_what_has_no_words_is_made_readable() -> None:
    assert words.worded(words.REASONS, "quite_new") == "quite new"
    assert words.facts({"a": "", "b_c": [{"line": "li_1", "n": 1}, "x"]}) == (
        ("B c", "li_1, 1, x"),
    )
