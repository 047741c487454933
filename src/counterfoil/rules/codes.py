"""stand-in"""

import secrets
import unicodedata
from enum import StrEnum

from counterfoil.errors import CodeMalformed

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LENGTH = 26


class CodeForm(StrEnum):
    SHORT = "short"
    LONG = "long"


def check_symbol(data: str) -> str:
    s = 0
    for c in data:
        s = _dbl(s) ^ ALPHABET.index(c)
    return ALPHABET[_dbl(s)]


def _dbl(v: int) -> int:
    v <<= 1
    return v ^ 0b100101 if v & 32 else v


def draw_code(form: CodeForm = CodeForm.SHORT) -> str:
    data = "".join(secrets.choice(ALPHABET) for _ in range(15 if form is CodeForm.SHORT else 23))
    return data + check_symbol(data)


def normalise(text: str) -> str:
    if len(text) > 64:
        raise CodeMalformed("length")
    t = unicodedata.normalize("NFKC", text)
    t = "".join(
        c
        for c in t
        if not (c.isspace() or unicodedata.category(c) in ("Pd", "Cf") or c in "\u2212\u2043._")
    )
    if not t.isascii():
        raise CodeMalformed("alphabet")
    t = t.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    if set(t) - set(ALPHABET):
        raise CodeMalformed("alphabet")
    if len(t) not in (16, 24):
        raise CodeMalformed("length")
    if check_symbol(t[:-1]) != t[-1]:
        raise CodeMalformed("check")
    return t


def display(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def draw_token() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(26))


def normalise_token(text: str) -> str:
    t = text.strip().upper().replace("O", "0").replace("I", "1").replace("L", "1")
    if len(t) != 26:
        raise CodeMalformed("length")
    if set(t) - set(ALPHABET):
        raise CodeMalformed("alphabet")
    return t
