"""
Activation codes and link tokens: how they are drawn, read and shown.

A typed code is 15 (long form: 23) random symbols and one check symbol, a link token 26 random
symbols. Symbols are those of Crockford's base 32 (https://www.crockford.com/base32.html): no I, L,
O or U, so that what is read aloud or copied by hand survives.
"""

import re
import secrets
import unicodedata
from enum import StrEnum

from counterfoil.errors import CodeMalformed

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
TOKEN_LENGTH = 26
LONGEST_INPUT = 64
GROUP = 4
LOOK_ALIKES = str.maketrans("OIL", "011")

# Eight bytes lead to each symbol, so that all symbols are equally likely.
_DRAWN = (ALPHABET * 8).encode()
_REDUCTION = 0b100101  # x^5 + x^2 + 1, irreducible over GF(2)
_SEPARATORS = frozenset("._\u2212\u2043")  # besides white space, dashes and invisible characters

_FOLDED = str.maketrans("013457", "OIEAST")  # a digit is read as the letter it resembles
_WORDS = (
    "FVK KKK FVCK FICK SHIT CVNT COCK DICK PORN RAPE NAZI PISS SLVT WANK TWAT BITCH WHORE NIGGA"
)
_BLOCKED = re.compile(_WORDS.replace(" ", "|").replace("L", "I"))


class CodeForm(StrEnum):
    """How long a typed code is: 75 or 115 random bits."""

    SHORT = "short"
    LONG = "long"

    @property
    def data_length(self) -> int:
        """Give the number of random symbols."""
        return 15 if self is CodeForm.SHORT else 23


LENGTHS = frozenset(form.data_length + 1 for form in CodeForm)


def check_symbol(data: str) -> str:
    """
    Compute the check symbol over GF(32).

    Every position weighs differently for up to 31 symbols, so any one wrong symbol and any two
    swapped ones are found, adjacent or not; of anything else 31 in 32.
    """
    total = 0
    for symbol in data:
        total = _times_x(total) ^ VALUES[symbol]
    return ALPHABET[_times_x(total)]


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _REDUCTION if value & 0b100000 else value


def draw_code(form: CodeForm = CodeForm.SHORT) -> str:
    """
    Draw a typed code from the operating system's generator, each symbol on its own.

    A draw that happens to spell one of a few words is drawn again; that happens to 0.13 % of them
    and costs 0.002 bits.
    """
    while True:
        data = _draw(form.data_length)
        code = data + check_symbol(data)
        if not spells_a_blocked_word(code):
            return code


def draw_token() -> str:
    """Draw the token of a link: 130 random bits."""
    return _draw(TOKEN_LENGTH)


def _draw(length: int) -> str:
    return secrets.token_bytes(length).translate(_DRAWN).decode()


def spells_a_blocked_word(code: str) -> bool:
    """Tell whether a reader would see one of the blocked words in it, look-alikes included."""
    return _BLOCKED.search(code.translate(_FOLDED)) is not None


def normalise(text: str) -> str:
    """
    Read a typed code, however it was copied: any case, spaces, dashes, full-width symbols.

    :raises CodeMalformed: with the rule that was broken first: ``length``, ``alphabet`` (a symbol
        that no code has) or ``check`` (mistyped; nobody can tell where).
    """
    symbols = _symbols(text)
    if len(symbols) not in LENGTHS:
        raise CodeMalformed("length")
    if check_symbol(symbols[:-1]) != symbols[-1]:
        raise CodeMalformed("check")
    return symbols


def normalise_token(text: str) -> str:
    """
    Read the token of a link.

    :raises CodeMalformed: as :func:`normalise` does, though a token has no check symbol.
    """
    symbols = _symbols(text)
    if len(symbols) != TOKEN_LENGTH:
        raise CodeMalformed("length")
    return symbols


def _symbols(text: str) -> str:
    if len(text) > LONGEST_INPUT:
        raise CodeMalformed("length")
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(symbol for symbol in folded if not is_separator(symbol))
    if not kept.isascii():
        raise CodeMalformed("alphabet")
    symbols = kept.upper().translate(LOOK_ALIKES)
    if not VALUES.keys() >= set(symbols):
        raise CodeMalformed("alphabet")
    return symbols


def is_separator(symbol: str) -> bool:
    """Tell whether a character between the symbols of a code means nothing."""
    return symbol.isspace() or symbol in _SEPARATORS or unicodedata.category(symbol) in {"Pd", "Cf"}


def display(code: str) -> str:
    """Show a code in full, in groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def mask(code: str, form: CodeForm = CodeForm.SHORT) -> str:
    """
    Show only the last group of a code; 55 of its 75 bits stay secret.

    Where only the last four symbols are known they will do, with the ``form`` they belong to.
    """
    length = len(code) if len(code) > GROUP else form.data_length + 1
    return "-".join(["••••"] * (length // GROUP - 1) + [code[-GROUP:]])


def spell(code: str) -> str:
    """Spell a code for a screen reader, symbol by symbol, with a pause between the groups."""
    return ", ".join(" ".join(group) for group in display(code).split("-"))
