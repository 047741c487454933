"""The limits in force: what the settings of the server allow, in words, for reading."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.conf import Settings, conf
from counterfoil.console.doors import Visit, show, staff_only

GROUPS: Mapping[str | Promise, tuple[str, ...]] = {
    later("What one person may do"): (
        "GRANT_LIMIT",
        "GRANT_ROLE_LIMITS",
        "GRANT_DAILY_LIMIT",
        "APPROVAL_HOURS",
        "REVEAL_LIMIT",
        "FILE_REVEAL_LIMIT",
        "BULK_LIMIT",
        "BULK_MAX_ROWS",
    ),
    later("Reservations and sales"): (
        "RESERVATION_DAYS",
        "RESERVATION_LIMIT",
        "SALE_UNDO_MINUTES",
        "CART_LIMIT",
        "CODES_SHOWN_MINUTES",
        "CARDS_MAX",
    ),
    later("Guessing codes"): ("GUESS_LIMITS", "REDEEM_TEST_CODES"),
    later("Files and messages"): (
        "ORDER_FILE_MAX_BYTES",
        "ORDER_FILE_MAX_ROWS",
        "HANDOUT_MAX_BYTES",
        "HANDOUT_MAX_ROWS",
        "MESSAGE_MAX_BYTES",
        "EXPORT_MAX_ROWS",
        "EXPORTS_OF_ONE",
        "EXPORTS_AT_ONCE",
        "EXPORT_MINUTES",
    ),
}
IS_LIMIT = re.compile(r"(_|\A)(LIMITS?|MAX|HOURS|DAYS|MINUTES|ROWS|BYTES)(_|\Z)")
_MEANT = re.compile(r"^    ([A-Z_]+):[^\n]*\n    \"\"\"(.*?)\"\"\"", re.MULTILINE | re.DOTALL)


@staff_only(methods=("GET", "HEAD"))
def show_limits(visit: Visit) -> HttpResponse:
    """Show every limit that holds here, with what it means and whether it was set here."""
    meanings = dict(_MEANT.findall(inspect.getsource(Settings)))
    groups = [
        {"title": title, "rows": list(_rows(names, meanings))} for title, names in GROUPS.items()
    ]
    known = {name for names in GROUPS.values() for name in names}
    more = [name for name in meanings if IS_LIMIT.search(name) and name not in known]
    if more:
        groups.append({"title": _("Others"), "rows": list(_rows(tuple(more), meanings))})
    return show(visit, "limits", {"section": "limits", "groups": groups})


def _rows(names: tuple[str, ...], meanings: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name in names:
        if name not in meanings:
            continue
        usual, value = vars(Settings)[name], getattr(conf, name)
        yield {
            "name": f"COUNTERFOIL_{name}",
            "means": " ".join(meanings[name].replace("``", "").split()),
            "value": _said(name, value),
            "is_set": hasattr(settings, f"COUNTERFOIL_{name}") and value != usual,
            "usual": _said(name, usual),
        }


def _said(name: str, value: object) -> str:
    match value:
        case None:
            return _("as it is said")
        case bool():
            return _("yes") if value else _("no")
        case int():
            return _size(value) if name.endswith("BYTES") else f"{value:,}"
        case Mapping():
            parts = [f"{key}: {_said(name, one)}" for key, one in value.items()]
            return ", ".join(parts) or _("none of its own")
        case _:
            return str(value)


def _size(count: int) -> str:
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{count / size:,.1f} {unit}".replace(".0 ", " ")
    return f"{count:,} B"
