"""When a gift can be sent, and how much can be said with it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from counterfoil.errors import GiftDateInvalid, GiftTextTooLong

LONGEST_NAME = 100
LONGEST_MESSAGE = 1_000
LATEST = timedelta(days=366)
MOST_A_DAY = 20  # times a customer may give, correct or resend one entitlement
MOST_WISHED = 20  # units of one line that go to one recipient because the buyer wished it in a shop


def zone_named(name: str) -> ZoneInfo:
    """
    Find a time zone by its IANA name.

    :raises GiftDateInvalid: if there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise GiftDateInvalid("zone") from None


def sending_time(wished: datetime | None, *, zone: ZoneInfo, at: datetime) -> datetime:
    """
    Say when a gift is sent that somebody wants sent then; now, if they named no time.

    An hour that has passed today was meant as "today": it is sent now. A day that is over was a
    slip of the pen, and nobody guesses what was meant.

    :raises GiftDateInvalid: if the day is over, or more than a year away.
    """
    if wished is None:
        return at
    if wished > at + LATEST:
        raise GiftDateInvalid("too_late")
    if wished >= at:
        return wished
    if wished.astimezone(zone).date() < at.astimezone(zone).date():
        raise GiftDateInvalid("over")
    return at


def refuse_too_long(**texts: str) -> None:
    """
    Refuse names and messages that are longer than a card has room for.

    :raises GiftTextTooLong: the first that is, by its name.
    """
    for name, text in texts.items():
        most = LONGEST_MESSAGE if name == "message" else LONGEST_NAME
        if len(text) > most:
            raise GiftTextTooLong(name, most)
