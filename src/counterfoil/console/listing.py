"""What a list of the console is, and showing a page of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from counterfoil.console import list_bar
from counterfoil.console.doors import Visit, asked, show
from counterfoil.errors import FilterWrong, ListTooSlow
from counterfoil.queries._bounded import in_time
from counterfoil.queries._filters import Filter
from counterfoil.queries.broken_exports import BrokenExport, newest_broken_export
from counterfoil.queries.listing import MOST_COUNTED, PAGE, SECONDS, count, ids
from counterfoil.rules.permissions import Permission

Words = str | Promise
PLACE = "before"  # where in the list a page begins


@dataclass(frozen=True, kw_only=True, slots=True)
class Private:
    """What is looked for that must be part of no address: it is posted. ``narrow`` looks for it."""

    name: str
    label: Words
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]]
    inputmode: str = "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A list as a file: what its columns are called, and what stands in them."""

    headings: Sequence[str]
    cells: Callable[[Any], Sequence[object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """
    A list: what it says of itself, how it is narrowed down, read, shown and written to a file.

    ``counted`` says how many there are, ``nothing`` that there are none at all. ``at_hand`` names
    the filters that are always shown. ``rows`` is the template of its table, ``told`` gives what
    that shows of a row. Those of units can be acted upon, and their codes be shown.
    """

    name: str
    page: str
    title: Words
    about: Words
    nothing: Words
    counted: Callable[[int], str]
    sought: type[Filter]
    read: Callable[..., Sequence[Any]]
    told: Callable[[Visit, Any], Mapping[str, Any]]
    file: File
    at_hand: Sequence[str] = ()
    template: str = "list"
    rows: str = ""
    private: Private | None = None
    is_of_units: bool = False
    page_size: int = PAGE
    seconds: float = SECONDS

    @property
    def url(self) -> str:
        """Give its address."""
        return reverse(f"counterfoil:{self.page}")


@dataclass(kw_only=True, slots=True)
class _Found:
    rows: Sequence[Any] = ()
    next_url: str = ""
    count: int | None = None
    private: str = ""
    query: str | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


def show_list(
    visit: Visit, listing: Listing, *, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Show a page of a list; what is wrong with what was asked for is said in its place."""
    found = _find(visit, listing)
    context = {
        "section": listing.name,
        "listing": listing,
        "rows": [listing.told(visit, one) for one in found.rows],
        "rows_template": f"counterfoil/console/{listing.rows}.html",
        "next_url": found.next_url,
        "wrong": found.wrong,
        "count": _counted(listing, found.count),
        "is_narrowed": bool(found.query or found.private),
        "bar": list_bar.bar(visit, listing, query=found.query, private=found.private),
        "broken": _broken(visit, listing),
        **(more or {}),
    }
    return show(visit, listing.template, context, status=found.status)


def _find(visit: Visit, listing: Listing) -> _Found:
    query, found = visit.request.GET, _Found()
    try:
        sought = listing.sought.from_query(query, beside=(PLACE,))
        found.query = sought.to_query()
        found.private = _private(visit, listing)
        with in_time(listing.seconds):
            _read(listing, sought, found, before=_place(query))
    except FilterWrong as wrong:
        found.wrong = {"title": list_bar.label_of(listing.sought, wrong.field), "text": wrong.text}
        found.status = 400
    except ListTooSlow:
        found.rows, found.wrong, found.status = (), _too_slow(listing.seconds), 503
    return found


def _read(listing: Listing, sought: Any, found: _Found, *, before: UUID | None) -> None:
    now = timezone.now()
    rows = sought.rows(now=now)
    if found.private and listing.private is not None:
        rows = listing.private.narrow(rows, found.private)
    page = ids(rows, moment=sought.moment, before=before, most=listing.page_size)
    found.rows = listing.read(page, now=now)
    found.count = count(rows) if before is None else None
    if len(page) == listing.page_size and not found.private:
        found.next_url = f"?{urlencode([*sought.pairs(), (PLACE, str(page[-1]))])}"


def _private(visit: Visit, listing: Listing) -> str:
    if listing.private is None or visit.request.method != "POST":
        return ""
    return asked(visit.request.POST, listing.private.name, 254)


def _place(query: QueryDict) -> UUID | None:
    text = query.get(PLACE, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        said = _("This is no place in the list. Begin with the newest ones.")
        raise FilterWrong(PLACE, said) from None


def _too_slow(seconds: float) -> Mapping[str, str]:
    return {
        "title": _("This takes too long"),
        "text": _(
            "Reading it was stopped after %(n)d seconds, so that customers need not wait for it."
            " Nothing is wrong with what is kept. Narrow it down (by days, product or state), or"
            " try again when less is going on."
        )
        % {"n": max(int(seconds), 1)},
    }


def _counted(listing: Listing, number: int | None) -> str:
    if number is None:
        return ""
    if number > MOST_COUNTED:
        return _("more than %(n)s") % {"n": f"{MOST_COUNTED:,}"}
    return listing.counted(number)


def _broken(visit: Visit, listing: Listing) -> BrokenExport | None:
    """Give a file of this list that broke off, to whoever asked for it."""
    if not visit.may(Permission.EXPORT):
        return None
    now = timezone.now()
    return newest_broken_export(listing.name, staff_id=visit.operator.id, now=now)
