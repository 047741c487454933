"""How the surfaces write money, times, codes and icons."""

import re
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, get_currency_precision
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, to_locale

from counterfoil.templatetags.counterfoil_icons import PATHS

register = template.Library()

GROUP = 4
LETTERS_TOUCH_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def _locale() -> Locale:
    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _zone(local: datetime) -> str:
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{name}"


def _place(local: datetime) -> str:
    """Name the zone and its place: a ``CST`` alone is in America, China or Cuba."""
    place, zone = timezone.get_current_timezone_name().replace("_", " "), _zone(local)
    return zone if place == zone else f"{zone} ({place})"


@register.simple_tag
def money(minor: int, currency: str) -> str:
    """
    Write an amount of minor units the way the reader's language writes it.

    The number of decimals is the currency's own: 500 is 5.00 in euros and 500 in yen.
    A currency known only by its letters stands apart from the digits, which Babel does not see to.
    """
    places = get_currency_precision(currency)
    written = format_currency(Decimal(minor).scaleb(-places), currency, locale=_locale())
    return LETTERS_TOUCH_DIGITS.sub("\N{NO-BREAK SPACE}", written)


@register.simple_tag
def when(moment: datetime | None, style: str = "moment") -> str:
    """
    Write a moment in the reader's time zone, naming the zone, as a ``time`` element.

    ``style`` is ``moment`` (day and time as the reader's language has it), ``exact`` (the same on
    a clock of 24 hours, for staff), ``day``, or ``hour`` (with seconds).
    """
    if moment is None:
        return ""
    local, locale = timezone.localtime(moment), _locale()
    day = format_date(local, "medium", locale=locale)
    match style:
        case "day":
            text = day
        case "hour":
            text = format_time(local, "HH:mm:ss", locale=locale)
        case "exact":
            text = f"{day}, {format_time(local, 'HH:mm', locale=locale)} {_zone(local)}"
        case _:
            text = f"{day}, {format_time(local, 'short', locale=locale)} {_zone(local)}"
    title = f"{day}, {format_time(local, 'HH:mm:ss', locale=locale)} {_place(local)}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), title, text)


@register.simple_tag
def when_plain(moment: datetime | None, style: str = "day") -> str:
    """
    Write a day in the reader's language without markup, for the text of a mail.

    ``style`` is ``day``, or ``moment`` for the time and its zone as well.
    """
    if moment is None:
        return ""
    local, locale = timezone.localtime(moment), _locale()
    day = format_date(local, "long", locale=locale)
    if style == "day":
        return day
    return f"{day}, {format_time(local, 'short', locale=locale)} {_zone(local)}"


@register.simple_tag
def time_left(until: datetime, now: datetime) -> str:
    """Say in one unit how much time is left: days, hours or minutes."""
    seconds = max(int((until - now).total_seconds()), 0)
    days, hours, minutes = seconds // 86_400, seconds // 3_600, max(seconds // 60, 1)
    if days >= 2:
        return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}
    if hours >= 2:
        return ngettext("%(n)s hour left", "%(n)s hours left", hours) % {"n": hours}
    return ngettext("%(n)s minute left", "%(n)s minutes left", minutes) % {"n": minutes}


@register.simple_tag
def moment_plain(moment: datetime, time_zone: str) -> str:
    """Write a moment without markup, as it is where it was chosen, and say where that is."""
    local, locale = moment.astimezone(ZoneInfo(time_zone)), _locale()
    day, hour = (
        format_date(local, "long", locale=locale),
        format_time(local, "short", locale=locale),
    )
    place = time_zone.rpartition("/")[2].replace("_", " ")
    return gettext("%(day)s, %(hour)s (%(place)s)") % {"day": day, "hour": hour, "place": place}


@register.filter
def groups(code: str) -> list[str]:
    """Cut a code into its groups of four, whether or not it came with hyphens."""
    symbols = code.replace("-", "")
    return [symbols[start : start + GROUP] for start in range(0, len(symbols), GROUP)]


@register.filter
def hyphened(code: str) -> str:
    """Write a code in groups of four joined by hyphens."""
    return "-".join(groups(code))


@register.filter
def spelled(code: str) -> str:
    """Spell a code for a screen reader: symbol by symbol, with a pause after each group."""
    return ", ".join(" ".join(group) for group in groups(code))


@register.simple_tag
def masked(last_four: str, groups_hidden: int = 3) -> SafeString:
    """Write a code of which only the last four symbols are shown."""
    label = gettext("code ending in %(last)s") % {"last": " ".join(last_four)}
    return format_html(
        '<span class="masked" role="img" dir="ltr" aria-label="{}">{}{}</span>',
        label,
        "••••-" * groups_hidden,
        last_four,
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of our icons, hidden from screen readers because words stand beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="{}"/></svg>',
        PATHS.get(name, PATHS["note"]),
    )
