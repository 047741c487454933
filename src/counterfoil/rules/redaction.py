"""
Keeping codes out of logs, should one ever get near them.

Whatever parses as a code is masked, and whatever looks like the token of a link. A random word of
16 letters is taken for a code 1 time in 32, which is harmless; the ids that logs are full of
(handles, UUIDs, those of Stripe) are spared.
"""

import html
import logging
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

from counterfoil.rules.codes import (
    LENGTHS,
    LOOK_ALIKES,
    TOKEN_LENGTH,
    check_symbol,
    is_separator,
)

MASKED = "[code]"
_DEEPEST = 4  # how far into what was passed as `extra` codes are looked for
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# Searched is a shadow of the text, of the same length: in it a character that is no symbol is a
# gap, which may be inside a code, or a wall, which may not.
_GAP, _WALL = "~", "|"
_ESCAPES = tuple(
    re.compile(
        r"(?P<colour>(?:\x1b|\\x1b|\\033|\\u001b)\[[0-9;]{0,12}[A-Za-z])"
        rf"|(?P<bytes>(?:{octet}[0-9A-Fa-f]{{2}})+)"
        r"|\\{1,4}u(?P<unicode>[0-9A-Fa-f]{4})"
        r"|(?P<control>\\{1,4}[abfnrtv])"
        r"|(?P<entity>&(?:#[0-9]{1,6}|#[xX][0-9A-Fa-f]{1,5}|[A-Za-z]{2,8});)"
    )
    for octet in (r"(?:%|\\{1,4}x)", r"\\{1,4}x")  # `%2B` may be `+`, or a code behind a `%`
)
_NOT_HEX = re.compile(r"\\+x|%")

_SYMBOL = "[0-9A-TV-Za-tv-z]"  # as people type it, look-alikes included
_BEFORE, _AFTER = "(?<![0-9A-Za-z])", "(?![0-9A-Za-z])"
_JOIN = rf"(?:{_GAP}++|[\s._+-]){{0,3}}+"  # possessive, so that no line takes long
# Looked for at every start, since a word before a code may look like the beginning of one.
_CANDIDATES = tuple(
    re.compile(f"{_BEFORE}(?=({_SYMBOL}{{2}}(?:{_JOIN}{_SYMBOL}){{{length - 2}}}+){_AFTER})")
    for length in sorted(LENGTHS)
)
_JOINS = re.compile(rf"[{_GAP}\s._+-]+")
_TOKENS = (
    re.compile(f"(?<=#){_SYMBOL}{{{TOKEN_LENGTH}}}{_AFTER}"),
    re.compile(
        rf"{_BEFORE}(?<![eE][nN][tT]_)[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{{{TOKEN_LENGTH}}}{_AFTER}"
    ),
)
_UUID = re.compile(
    rf"{_BEFORE}[0-9A-Fa-f]{{8}}(?:-[0-9A-Fa-f]{{4}}){{3}}-[0-9A-Fa-f]{{12}}{_AFTER}"
)
_MIXED = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[^\s]*", re.DOTALL)


def redact(text: str) -> str:
    """Mask every code and link token in a text, however it is quoted, escaped or glued."""
    parts, done = [], 0
    for start, end in _spans(text):
        if start >= done:
            parts += [text[done:start], MASKED]
        done = max(done, end)
    return "".join(parts) + text[done:]


def secrets_in(text: str) -> tuple[str, ...]:
    """Give every code and link token in a text, as they are written there."""
    return tuple(text[start:end] for start, end in _spans(text))


def _spans(text: str) -> list[tuple[int, int]]:
    plain = text if text.isascii() else text.translate(_SHADOWS)
    shadows = {plain}
    if any(character in plain for character in "%\\&\x1b"):  # most lines have none
        shadows.update(escapes.sub(_shadow_of, plain) for escapes in _ESCAPES)
    return sorted({span for shadow in shadows for span in _secrets_in(shadow)})


def _secrets_in(shadow: str) -> Iterator[tuple[int, int]]:
    for token in _TOKENS:
        yield from (found.span() for found in token.finditer(shadow))
    for candidate in _CANDIDATES:
        for found in candidate.finditer(shadow):
            if _is_code(shadow, *found.span(1)):
                yield found.span(1)


def _is_code(shadow: str, start: int, end: int) -> bool:
    """
    Tell whether this is a code: one word, or groups of one length, or groups without white space.

    Of the last kind dotted names and parts of UUIDs are not meant. Groups of any length between
    spaces would be half of all sentences.
    """
    written = shadow[start:end]
    groups = _JOINS.split(written)
    if len(groups) == 1:
        plausible = not _is_foreign_id(shadow, start, written)
    elif len(set(map(len, groups))) > 1:
        plausible = _MIXED.fullmatch(written) is not None and not _is_in_uuid(shadow, start, end)
    else:
        plausible = True
    symbols = "".join(groups).upper().translate(LOOK_ALIKES)
    return plausible and check_symbol(symbols[:-1]) == symbols[-1]


def _is_foreign_id(shadow: str, start: int, word: str) -> bool:
    """Tell whether this is an id such as `pi_3Qx…`: nobody types a code in both cases behind _."""
    prefixed = shadow[max(start - 1, 0) : start] == "_" and shadow[start - 2 : start - 1].islower()
    return prefixed and word not in (word.upper(), word.lower())


def _is_in_uuid(shadow: str, start: int, end: int) -> bool:
    around = _UUID.finditer(shadow, max(start - 20, 0), end + 24)
    return any(uuid.start() <= start and end <= uuid.end() for uuid in around)


def _shadow_of(escape: re.Match[str]) -> str:
    """Give what stands for an escape while codes are looked for, as long as it is written."""
    if escape["colour"]:
        character = _WALL
    elif escape["control"]:
        character = _GAP
    else:
        decoded = _decoded(escape)
        gap = _GAP if all(map(is_separator, decoded)) else _WALL
        character = "#" if "#" in decoded else gap
    return character * len(escape.group())


def _decoded(escape: re.Match[str]) -> str:
    if escape["unicode"]:
        return chr(int(escape["unicode"], 16))
    if escape["entity"]:
        return html.unescape(escape["entity"])
    octets = bytes.fromhex(_NOT_HEX.sub("", escape["bytes"]))
    with suppress(UnicodeDecodeError):
        return octets.decode()
    return octets.decode("latin-1")


class _Shadows(dict[int, str]):
    """A table for `str.translate` that reads every character as a code is read."""

    def __missing__(self, number: int) -> str:
        read = unicodedata.normalize("NFKC", chr(number))
        if all(map(is_separator, read)) and number > 127:
            shadow = _GAP
        else:
            shadow = read if len(read) == 1 and read.isascii() else _WALL
        if len(self) < 4096:  # nobody can fill the memory by sending every character there is
            self[number] = shadow
        return shadow


_SHADOWS = _Shadows()


class RedactCodes(logging.Filter):
    """
    Masks codes in what is logged: the message, what was passed as ``extra``, and exceptions.

    It never raises, whatever was logged: a mistake in a call of the log must not stop the work.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place; it is always kept."""
        record.msg, record.args = redact(_message(record)), ()
        _redact_exception(record)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        for name, value in list(vars(record).items()):
            if name not in _STANDARD:
                setattr(record, name, _redacted(value, _DEEPEST))
        return True


def _message(record: logging.LogRecord) -> str:
    with suppress(Exception):
        return record.getMessage()
    with suppress(Exception):  # the arguments do not fit the message
        return f"{record.msg} {record.args}"
    return "[a message that cannot be written]"


def _redact_exception(record: logging.LogRecord) -> None:
    """
    Redact the text of an exception; the exception itself stays only if there was nothing to mask.

    Formatters use the text where there is one, but others might format the exception once more.
    """
    text = record.exc_text
    if record.exc_info and not text:
        with suppress(Exception):
            text = logging.Formatter().formatException(record.exc_info)
    if text and (redacted := redact(text)) != text:
        record.exc_info, record.exc_text = None, redacted


def _redacted(value: object, depth: int) -> object:
    match value:
        case str():
            return redact(value)
        case dict() | list() | tuple() if depth == 0:
            return "[…]"
        case dict():
            return {
                redact(key) if isinstance(key, str) else key: _redacted(item, depth - 1)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_redacted(item, depth - 1) for item in value]
        case bytes() | BaseException():
            with suppress(Exception):
                written = repr(value)
                return value if (redacted := redact(written)) == written else redacted
        case _:
            pass
    return value
