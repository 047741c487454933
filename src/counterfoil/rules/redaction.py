"""
Keeping codes out of logs, should one ever get near them.

Whatever parses as a code is masked, and whatever looks like the token of a link. A random word of
16 letters is taken for a code 1 time in 32, which is harmless.
"""

import logging
import re

from counterfoil.errors import CodeMalformed
from counterfoil.rules.codes import LENGTHS, TOKEN_LENGTH, normalise

MASKED = "[code]"
_SYMBOL = r"[0-9A-Za-z]"
_START = rf"(?:(?<!{_SYMBOL})|(?<=\\[nrt]))"  # also behind an escaped line end
_GAP = r"[\s\-\u00ad\u2010-\u2015\u2043\u2212._]{0,2}"
# Looked for at every start, since a word before a code may look like the beginning of one.
_CANDIDATES = tuple(
    re.compile(rf"{_START}(?=({_SYMBOL}(?:{_GAP}{_SYMBOL}){{{length - 1}}}(?!{_SYMBOL})))")
    for length in sorted(LENGTHS)
)
_TOKEN_SYMBOL = r"[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]"  # noqa: S105 - an alphabet
_TOKEN = re.compile(rf"(?<!{_SYMBOL}){_TOKEN_SYMBOL}{{{TOKEN_LENGTH}}}(?!{_SYMBOL})")


def redact(text: str) -> str:
    """Mask every code and link token in a text."""
    text = _TOKEN.sub(_mask_token, text)
    for candidate in _CANDIDATES:
        codes = {found.group(1) for found in candidate.finditer(text) if _is_code(found.group(1))}
        for code in codes:
            text = text.replace(code, MASKED)
    return text


def _is_code(text: str) -> bool:
    try:
        normalise(text)
    except CodeMalformed:
        return False
    return True


def _mask_token(found: re.Match[str]) -> str:
    text = found.group()
    # Handles are the same symbols behind `ent_`, in lower case: they are what logs should carry.
    is_handle = text.islower() and found.string[: found.start()].endswith("ent_")
    return text if is_handle else MASKED


class RedactCodes(logging.Filter):
    """Masks codes in what is logged: the message, its arguments, and the text of an exception."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place; it is always kept."""
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True
