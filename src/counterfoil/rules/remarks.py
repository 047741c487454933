"""
Free text of staff, as it may be kept: without codes, numbers of cards, and readable addresses.

People paste what lies before them. What is masked here stays masked: nobody can ask for it back.
"""

import re
import unicodedata
from collections.abc import Iterator

from counterfoil.rules.people import mask_mail
from counterfoil.rules.redaction import redact

REMARK_MAX = 4_000
TICKET_MAX = 100
_READ_MAX = 5 * REMARK_MAX  # what follows cannot come into what is kept, however much is masked
_CARD_DIGITS = range(13, 20)  # ISO/IEC 7812

_PART, _LABEL = r"[^@\s<>\"',;:()\[\]\\]", r"[^@\s.<>\"',;:()\[\]\\]"
_MAIL = re.compile(rf"(?<!{_PART}){_PART}++@(?:{_LABEL}++\.)+{_LABEL}++")
_GROUPS = re.compile(r"[0-9]+(?:~{0,3}+[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")


def masked_remark(text: str) -> str:
    """
    Give a remark as it may be kept, with its lines.

    Codes and tokens of links become ``[code]``, numbers of cards ``[card ending 4242]``, addresses
    of mail keep their first letter and domain. Masking twice gives the same.
    """
    return _masked("\n".join(line.rstrip() for line in _written(text).splitlines()))[:REMARK_MAX]


def masked_ticket(text: str) -> str:
    """Give the name of a ticket or case as it may be kept: one line, masked as a remark is."""
    return _masked(" ".join(_written(text).split()))[:TICKET_MAX]


def _written(text: str) -> str:
    """Leave out what nobody writes and no page shows."""
    read = unicodedata.normalize("NFC", text[:_READ_MAX]).replace("\r\n", "\n")
    return "".join(one for one in read if one.isprintable() or one in "\n\t\xa0").strip()


def _masked(text: str) -> str:
    # Cards first: a code is nowhere in one, while part of one may happen to be a code.
    return _without_addresses(redact(_without_cards(text)))


def _without_addresses(text: str) -> str:
    return _MAIL.sub(lambda found: mask_mail(found.group()), text)


def _without_cards(text: str) -> str:
    shadow = "".join(_digit_or_gap(one) for one in text)
    parts, done = [], 0
    for run in _GROUPS.finditer(shadow):
        for start, end in _cards_in(shadow, run):
            digits = shadow[start:end].replace("~", "")
            parts += [text[done:start], f"[card ending {digits[-4:]}]"]
            done = end
    return "".join(parts) + text[done:]


def _digit_or_gap(one: str) -> str:
    """Read a character as part of a number: any script's digit, what separates groups, a wall."""
    digit = unicodedata.decimal(one, None)
    if digit is not None:
        return str(digit)
    is_gap = one in " ._\t\n\xa0" or unicodedata.category(one) in {"Pd", "Zs", "Cf"}
    return "~" if is_gap else "|"


def _cards_in(shadow: str, run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Find the numbers of cards among groups of digits, each from one group's start to an end."""
    groups = [found.span() for found in _GROUP.finditer(shadow, *run.span())]
    first = 0
    while first < len(groups):
        last = _card_from(shadow, groups, first)
        if last is not None:
            yield groups[first][0], groups[last][1]
        first = (first if last is None else last) + 1


def _card_from(shadow: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Give the last group of the longest number of a card that begins with this one."""
    digits, found = "", None
    for number in range(first, len(groups)):
        digits += shadow[slice(*groups[number])]
        if len(digits) >= _CARD_DIGITS.stop:
            break
        if len(digits) in _CARD_DIGITS and _passes_luhn(digits):
            found = number
    return found


def _passes_luhn(digits: str) -> bool:
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    total = sum(map(int, digits[-1::-2])) + sum(number // 10 + number % 10 for number in doubled)
    return total % 10 == 0 and len(set(digits)) > 1
