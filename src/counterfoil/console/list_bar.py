"""What stands above a list: saved views, the filters, what they say now, and the file."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit
from counterfoil.queries._filters import Filter, Part
from counterfoil.queries.filtering import leaves_out_tests
from counterfoil.queries.saved_views import views_of
from counterfoil.rules.permissions import Permission

if TYPE_CHECKING:
    from counterfoil.console.listing import Listing

MOST_OPTIONS = 200  # more than that nobody looks through; the name is typed then


def bar(visit: Visit, listing: "Listing", *, query: str | None, private: str) -> dict[str, Any]:
    """
    Give what the template of the bar needs.

    ``query`` is what the list is narrowed down by, and ``None`` if that could not be read.
    """
    given = visit.request.GET
    parts = [_part(part, given) for part in listing.sought.PARTS if part.kind != "link"]
    at_hand = [part for part in parts if part["name"] in listing.at_hand]
    others = [part for part in parts if part["name"] not in listing.at_hand]
    exports = visit.may(Permission.EXPORT) and query is not None and not private
    behind = f"?{query}" if query else ""
    return {
        "url": listing.url,
        "parts": at_hand,
        "others": others,
        "is_open": any(part["is_set"] for part in others),
        "hidden": _hidden(listing.sought, given),
        "chosen": _chosen(listing, query),
        "leaves_out_tests": _tests_url(listing, query),
        "private": listing.private,
        "private_value": private,
        "post_url": listing.url + behind,
        "views": _views(visit, listing, query),
        "save_url": _save_url(listing, query),
        "bulk_url": reverse("counterfoil:console-bulk-new") + behind
        if listing.is_of_units and query and not private and visit.may(Permission.BULK_ACTS)
        else "",
        "export_url": reverse("counterfoil:console-export", args=[listing.name]) + behind
        if exports
        else "",
        "codes_url": reverse("counterfoil:console-export-codes", args=[listing.name]) + behind
        if exports and listing.is_of_units and visit.may(Permission.EXPORT_CODES)
        else "",
    }


def label_of(sought: type[Filter], name: str) -> str:
    """Give what a filter is called, or its name as it stands in the address."""
    return next((str(part.label) for part in sought.PARTS if part.name == name), name)


def _part(part: Part, given: QueryDict) -> dict[str, Any]:
    values = [one for one in given.getlist(part.name) if one]
    options = list(part.options())
    known, kind = {value for value, _said in options}, part.kind
    if kind == "choice":
        options += [(one[:200], one[:60]) for one in values[:1] if one not in known]
    if kind == "choice" and len(options) > MOST_OPTIONS:
        kind = "text"
    return {
        "name": part.name,
        "label": part.label,
        "kind": kind,
        "value": values[0][:200] if values else "",
        "is_set": bool(values),
        "options": [
            {"value": value, "label": said, "is_chosen": value in values}
            for value, said in (options if kind in ("choice", "many") else ())
        ],
    }


def _hidden(sought: type[Filter], given: QueryDict) -> Sequence[tuple[str, str]]:
    """Give what came with a link and is kept when other filters are chosen."""
    links = [part.name for part in sought.PARTS if part.kind == "link"]
    return [(name, str(given[name])[:200]) for name in links if given.get(name)]


def _read(listing: "Listing", query: str | None) -> Filter | None:
    return None if query is None else listing.sought.from_query(QueryDict(query))


def _chosen(listing: "Listing", query: str | None) -> Sequence[Mapping[str, str]]:
    """Say what the list is narrowed down to, each with the address without it."""
    sought = _read(listing, query)
    if sought is None:
        return []
    pairs, told = sought.pairs(), sought.words()
    found = []
    for number, (label, value) in enumerate(told):
        rest = urlencode([pair for place, pair in enumerate(pairs) if place != number])
        found.append({"label": label, "value": value, "url": f"{listing.url}?{rest}"})
    return found


def _tests_url(listing: "Listing", query: str | None) -> str:
    """Give the address with tests, where they are left out without anybody having asked."""
    sought = _read(listing, query)
    if sought is None or "test" not in {part.name for part in sought.PARTS}:
        return ""
    if getattr(sought, "test", None) is not None or not leaves_out_tests(None):
        return ""
    return f"{listing.url}?{urlencode([*sought.pairs(), ('test', 'all')])}"


def _views(visit: Visit, listing: "Listing", query: str | None) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "name": one.name,
            "url": f"{listing.url}?{one.query}",
            "is_current": bool(query) and one.query == query,
            "is_shared": one.is_shared,
            "is_own": one.is_own,
            "owner": one.owner,
            "told": _("shared") if one.is_shared else _("only you"),
            "drop_url": reverse("counterfoil:console-view-drop", args=[one.id]),
        }
        for one in views_of(listing.name, visit.operator.id)
    ]


def _save_url(listing: "Listing", query: str | None) -> str:
    """Give where this is saved as a view; a list that nothing narrows down is none."""
    if not query:
        return ""
    return f"{reverse('counterfoil:console-view-save', args=[listing.name])}?{query}"
