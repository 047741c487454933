"""The form on which a gift is set: what was filled in, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from counterfoil.errors import (
    CounterfoilError,
    EntitlementExpired,
    EntitlementOnHold,
    GiftAlreadySent,
    GiftClaimed,
    GiftDateInvalid,
    GiftNotSent,
    GiftTextTooLong,
    IllegalMove,
    MailInvalid,
    NotGiven,
    TooManyGiftMails,
)
from counterfoil.models import GiftWords
from counterfoil.queries.gifts import GivenGift
from counterfoil.rules.gifts import LATEST, LONGEST_MESSAGE, LONGEST_NAME
from counterfoil.rules.zones import zone_named
from counterfoil.web.zones import choices

FORM_INVALID = 422
MORNING = "09:00"
NOW, LATER, CARD = "now", "later", "card"
LENGTHS = {"message": LONGEST_MESSAGE, "name": LONGEST_NAME}


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftForm:
    """What is filled in: ``how`` it is given, to whom, with what words, and when."""

    how: str = NOW
    recipient_mail: str = ""
    recipient_name: str = ""
    message: str = ""
    sender_name: str = ""
    hides_sender: bool = False
    day: str = ""
    hour: str = MORNING
    zone: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def posted(cls, given: Mapping[str, str]) -> Self:
        """Read what was posted, and find what is wrong with it before anybody is asked."""
        form = cls(
            how=given.get("how", NOW),
            recipient_mail=given.get("recipient_mail", "").strip(),
            recipient_name=given.get("recipient_name", "").strip(),
            message=given.get("message", "").replace("\r\n", "\n").strip(),
            sender_name=given.get("sender_name", "").strip(),
            hides_sender=bool(given.get("hides_sender")),
            day=given.get("day", "").strip(),
            hour=given.get("hour", "").strip() or MORNING,
            zone=given.get("zone", ""),
        )
        return replace(form, errors=form._faults())

    @classmethod
    def of(cls, gift: GivenGift | None) -> Self:
        """Fill in a gift that is changed, or what suits most."""
        here = timezone.get_current_timezone_name()
        tomorrow = timezone.localtime() + timedelta(days=1)
        if gift is None:
            return cls(day=tomorrow.date().isoformat(), zone=here)
        local = gift.send_at.astimezone(ZoneInfo(gift.time_zone))
        is_later = bool(gift.recipient_mail)
        return cls(
            how=LATER if is_later else CARD,
            recipient_mail=gift.recipient_mail,
            recipient_name=gift.words.recipient_name,
            message=gift.words.message,
            sender_name=gift.words.sender_name,
            hides_sender=not gift.words.sender_name,
            day=(local if is_later else tomorrow).date().isoformat(),
            hour=f"{local:%H:%M}" if is_later else MORNING,
            zone=gift.time_zone,
        )

    @property
    def zones(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Give the time zones to choose from."""
        return choices()

    @property
    def days(self) -> Mapping[str, str]:
        """Give the first and the last day that can be chosen."""
        today = timezone.localdate()
        return {"min": today.isoformat(), "max": (today + LATEST).isoformat()}

    @property
    def lengths(self) -> Mapping[str, int]:
        """Give how long names and the message may be."""
        return LENGTHS

    def words(self) -> GiftWords:
        """Give the words that go with it; a card has no address, a hidden sender no name."""
        return GiftWords(
            recipient_mail="" if self.how == CARD else self.recipient_mail,
            recipient_name=self.recipient_name,
            message=self.message,
            sender_name="" if self.hides_sender else self.sender_name,
        )

    def send_at(self) -> datetime | None:
        """Give when it is to be sent, as the clock stands in its zone."""
        day, hour = _day(self.day), _hour(self.hour)
        if self.how != LATER or day is None or hour is None:
            return None
        return datetime.combine(day, hour, tzinfo=zone_named(self.zone))

    def with_refusal(self, refusal: CounterfoilError) -> Self:
        """Give the form again with what was refused told beside its field."""
        match refusal:
            case GiftTextTooLong():
                name = refusal.field
            case GiftDateInvalid():
                name = "zone" if refusal.kind == "zone" else "day"
            case _:
                name = "recipient_mail"
        return replace(self, errors={name: refusal_words(refusal)})

    def _faults(self) -> dict[str, str]:
        faults = {}
        if self.how not in (NOW, LATER, CARD):
            faults["how"] = _("Choose one of these.")
        if self.how in (NOW, LATER) and not self.recipient_mail:
            faults["recipient_mail"] = _("Where shall we send it?")
        if zone_named(self.zone) is None:
            faults["zone"] = _("Choose one of these time zones.")
        if self.how == LATER and _day(self.day) is None:
            faults["day"] = _("Choose a day.")
        if self.how == LATER and _hour(self.hour) is None:
            faults["hour"] = _("Choose a time, such as 09:00.")
        return faults


def refusal_words(refusal: CounterfoilError) -> str:
    """Say to a giver why something cannot be done."""
    match refusal:
        case GiftTextTooLong():
            return _("This is too long: %(n)d characters fit.") % {"n": refusal.most}
        case GiftDateInvalid():
            return str(_DATES[refusal.kind])
        case _:
            for kind, words in _REFUSALS:
                if isinstance(refusal, kind):
                    return str(words)
    raise refusal


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _hour(text: str) -> time | None:
    try:
        found = parse_time(text)
    except ValueError:
        return None
    return found.replace(tzinfo=None) if found else None


_DATES: Mapping[str, str | Promise] = {
    "over": _lazy("This day is over. Choose today or a day to come."),
    "too_late": _lazy("That is too late: a year ahead at most, and before it ends."),
    "zone": _lazy("Choose one of these time zones."),
}

_REFUSALS: tuple[tuple[type[CounterfoilError], str | Promise], ...] = (
    (MailInvalid, _lazy("This does not look like an address. One is name@example.com.")),
    (GiftClaimed, _lazy("It was claimed in the meantime. Nothing was changed.")),
    (GiftAlreadySent, _lazy("Its mail has just gone out. You can still correct the address.")),
    (GiftNotSent, _lazy("It was not sent yet: it goes out on its day.")),
    (NotGiven, _lazy("It is not a gift any more. Nothing was changed.")),
    (
        EntitlementOnHold,
        _lazy("It is suspended for the moment. Write to us about it."),
    ),
    (EntitlementExpired, _lazy("It has expired, so it cannot be given away any more.")),
    (IllegalMove, _lazy("It cannot be given away as it stands now. Nothing was changed.")),
    (TooManyGiftMails, _lazy("That is enough for today. Please try again tomorrow.")),
    (CounterfoilError, _lazy("Something changed in the meantime. Look at it again.")),
)
