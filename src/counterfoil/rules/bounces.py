"""What mail servers say of mails that did not arrive, without the words they say it in."""

import re
from enum import StrEnum

STATUS = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?![\w.])")  # RFC 3463
REPLY = re.compile(r"(?<![\w.])([245]\d\d)(?![\w.])")  # RFC 5321, 4.2
WORD = re.compile(r"[a-z][a-z_-]{0,39}")


class BounceKind(StrEnum):
    """Whether an address does not work, does not work just now, or its reader complained."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"


def code_of(told: str) -> str:
    """
    Give what was said as a number, or as one word, and nothing else: servers quote addresses.

    >>> code_of("550 5.1.1 <ann@example.com>: user unknown")
    '5.1.1'
    """
    for form in (STATUS, REPLY):
        found = form.search(told)
        if found:
            return found.group(1)
    word = told.strip().lower()
    return word if WORD.fullmatch(word) else ""


def is_final(smtp_code: int) -> bool:
    """Tell whether a server's answer means that trying again is of no use."""
    return 500 <= smtp_code < 600
