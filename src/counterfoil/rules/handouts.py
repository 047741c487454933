"""Hand-outs: how a list of recipients is judged row by row, and what becomes of the rows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from counterfoil.rules.people import normalise_mail

LONGEST_NAME = 100
LONGEST_MESSAGE = 1_000
FURTHEST = timedelta(days=366)
MORNING = time(9)  # when a day alone is named

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]+([0-9]{1,2}:[0-9]{2})(?::00)?)?")
_DOTS = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:[ ,]+([0-9]{1,2}:[0-9]{2}))?")
_SLASHES = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})(?:[ ,]+([0-9]{1,2}:[0-9]{2}))?")


class Mode(StrEnum):
    """How a recipient gets it: by a mail with a link, at once by address, or as a printed card."""

    INVITE = "invite"
    ASSIGN = "assign"
    CARDS = "cards"


class RowFault(StrEnum):
    """What stands against a row; the value never changes once released."""

    UNREADABLE = "unreadable"
    NO_ADDRESS = "no_address"
    NOT_AN_ADDRESS = "not_an_address"
    REPEATED = "repeated"
    NAME_TOO_LONG = "name_too_long"
    MESSAGE_TOO_LONG = "message_too_long"
    DATE_UNREADABLE = "date_unreadable"
    DATE_UNCLEAR = "date_unclear"
    DATE_PAST = "date_past"
    DATE_TOO_FAR = "date_too_far"
    LANGUAGE_UNKNOWN = "language_unknown"
    HAS_ONE = "has_one"


WARNINGS = frozenset({RowFault.HAS_ONE})
"""What somebody should know of a row, and what does not make it a bad one."""

BAD = tuple(fault for fault in RowFault if fault not in WARNINGS)


class Reach(StrEnum):
    """How much of a list is meant when it is confirmed."""

    ALL = "all"
    GOOD_ROWS = "good_rows"


class Known(StrEnum):
    """What is done about people who have one of this product from the same partner."""

    LEAVE_OUT = "leave_out"
    SEND = "send"


class RowOutcome(StrEnum):
    """What became of a row; what was refused carries the code of the refusal instead."""

    SENT = "sent"
    ASSIGNED = "assigned"
    PRINTED = "printed"
    LEFT_OUT = "left_out"


GIVEN = frozenset({RowOutcome.SENT, RowOutcome.ASSIGNED, RowOutcome.PRINTED})
"""The recipient has it, or is about to: never again by the same row."""


class RowWrong(Exception):
    """A row cannot be carried out as it stands; ``fault`` says why."""

    def __init__(self, fault: RowFault) -> None:
        """Remember which."""
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What is handed out: of which product, and out of what, if not of anything free."""

    product_id: UUID
    allotment_id: UUID | None = None
    reservation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What is said of one recipient, as it was written; also what holds for all who say nothing."""

    mail: str = ""
    name: str = ""
    message: str = ""
    send_on: str = ""
    language: str = ""

    def or_else(self, default: "Said") -> "Said":
        """Fill in what is not said."""
        return Said(
            mail=self.mail,
            name=self.name,
            message=self.message or default.message,
            send_on=self.send_on or default.send_on,
            language=self.language or default.language,
        )

    def as_data(self) -> dict[str, str]:
        """Give plain data for sealing."""
        said = {
            "mail": self.mail,
            "name": self.name,
            "message": self.message,
            "send_on": self.send_on,
            "language": self.language,
        }
        return {name: value for name, value in said.items() if value}

    @classmethod
    def from_data(cls, data: Mapping[str, str]) -> "Said":
        """Read what was sealed."""
        return cls(**data)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judging:
    """By what a row is judged: the moment, the zone days are meant in, and which languages."""

    at: datetime
    zone: ZoneInfo
    languages: Sequence[str]

    def fault_of(self, said: Said) -> RowFault | None:
        """Find the first thing that is wrong with a row by itself."""
        if not said.mail:
            return RowFault.NO_ADDRESS
        if normalise_mail(said.mail) is None:
            return RowFault.NOT_AN_ADDRESS
        if len(said.name) > LONGEST_NAME or not said.name.isprintable():
            return RowFault.NAME_TOO_LONG
        if len(said.message) > LONGEST_MESSAGE:
            return RowFault.MESSAGE_TOO_LONG
        try:
            language_of(said.language, self.languages)
            send_moment(said.send_on, zone=self.zone, at=self.at)
        except RowWrong as wrong:
            return wrong.fault
        return None


def send_moment(text: str, *, zone: ZoneInfo, at: datetime) -> datetime | None:
    """
    Read when a mail is to go, as somebody wrote it in their zone; ``None`` stands for at once.

    A day alone means nine in the morning, and today means at once.

    :raises RowWrong: if it cannot be read, can be read in two ways, is over, or a year off.
    """
    written = text.strip()
    if not written:
        return None
    day, clock = _day(written)
    today = at.astimezone(zone).date()
    if clock is None and day == today:
        return None
    moment = datetime.combine(day, clock or MORNING, zone)
    if moment <= at:
        raise RowWrong(RowFault.DATE_PAST)
    if moment - at > FURTHEST:
        raise RowWrong(RowFault.DATE_TOO_FAR)
    return moment


def language_of(text: str, languages: Sequence[str]) -> str:
    """
    Read a language by its code; a region that is not offered falls back to the language itself.

    :raises RowWrong: if it is not offered.
    """
    code = text.strip().lower().replace("_", "-")
    for candidate in (code, code.partition("-")[0]):
        if not candidate or candidate in languages:
            return candidate
    raise RowWrong(RowFault.LANGUAGE_UNKNOWN)


def _day(written: str) -> tuple[date, time | None]:
    try:
        if found := _ISO.fullmatch(written):
            return date(int(found[1]), int(found[2]), int(found[3])), _time(found[4])
        if found := _DOTS.fullmatch(written):
            return date(int(found[3]), int(found[2]), int(found[1])), _time(found[4])
        if found := _SLASHES.fullmatch(written):
            first, second = int(found[1]), int(found[2])
            if first <= 12 and second <= 12 and first != second:
                raise RowWrong(RowFault.DATE_UNCLEAR)
            month, day = (second, first) if first > 12 else (first, second)
            return date(int(found[3]), month, day), _time(found[4])
    except ValueError:
        pass
    raise RowWrong(RowFault.DATE_UNREADABLE)


def _time(text: str | None) -> time | None:
    if text is None:
        return None
    hours, _, minutes = text.partition(":")
    return time(int(hours), int(minutes))
