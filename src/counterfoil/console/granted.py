"""What exists without a sale: the list of grants, who answers for each, and why."""

from datetime import date
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, asked, paging, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.console.ledger import everything_url
from counterfoil.console.sending import not_sent, send_file
from counterfoil.errors import TooManyExports
from counterfoil.models import Product
from counterfoil.operations.export_ledger import export_ledger
from counterfoil.queries import words
from counterfoil.queries.entitlements import partners
from counterfoil.queries.grant_words import CATEGORIES, REFERENCES
from counterfoil.queries.grants import (
    ALONE,
    PAGE,
    TESTS,
    GrantSeen,
    GrantsSought,
    csv_lines,
    grants,
    total,
)
from counterfoil.queries.staff_names import names_of, staff_names
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import masked_remark


@staff_only()
def list_grants(visit: Visit) -> HttpResponse:
    """
    List what was given without a sale, the newest first, as its address asks for it.

    What is looked for is posted and stands in the address afterwards, unless it might be a code
    or somebody's address.
    """
    if visit.request.method == "POST":
        wanted = urlencode(to_query(read(visit.request.POST)))
        here = reverse("counterfoil:console-grants")
        return redirect(f"{here}?{wanted}" if wanted else here)
    sought, before = read(visit.request.GET), paging(visit)
    found = grants(sought, before=before)
    query = to_query(sought)
    more = query | {"before": str(found[-1].id)} if len(found) == PAGE else {}
    context = {
        "section": "grants",
        "sought": sought,
        "query": query,
        "rows": [_row(one) for one in found],
        "total": total(sought) if before is None else None,
        "next_url": f"?{urlencode(more)}" if more else "",
        "people": _people(sought),
        "categories": [(code, name.capitalize()) for code, name in CATEGORIES.items()],
        "products": list(Product.objects.order_by("name").values_list("sku", "name")),
        "partners": [(one.slug, one.name) for one in partners()],
        "tests": [(one, label) for one, label in zip(TESTS, _tests(), strict=True)],
        "alone": ALONE,
        "may_grant": visit.may(Permission.GRANT),
        "may_export": visit.may(Permission.EXPORT),
    }
    return show(visit, "grants", context)


@staff_only(Permission.EXPORT, methods=("POST",))
def export_grants(visit: Visit) -> HttpResponse:
    """Send the grants as a spreadsheet, and write down that it was taken out."""
    sought, now = read(visit.request.POST), timezone.now()
    query = urlencode(to_query(sought))
    try:
        kept = export_ledger(what="grants", query=query, by=visit.operator, at=now)
    except TooManyExports as refusal:
        return not_sent(visit, refusal, "counterfoil:console-grants")
    return send_file(visit, csv_lines(sought), kept, name=f"grants-{now:%Y-%m-%d}.csv")


def read(given: QueryDict) -> GrantsSought:
    """Read which grants are asked for; what makes no sense is any."""
    test, reference = asked(given, "test", 3), asked(given, "reference")
    return GrantsSought(
        who=asked(given, "who", 64),
        category=asked(given, "category", 32),
        product=asked(given, "product", 64),
        partner=asked(given, "partner", 64),
        reference=reference if masked_remark(reference) == reference else "",
        second=asked(given, "second", 6),
        since=_day(given, "since"),
        until=_day(given, "until"),
        test=test if test in TESTS else TESTS[0],
    )


def to_query(sought: GrantsSought) -> dict[str, str]:
    """Write which grants are asked for as the query of an address."""
    parts = {name: str(getattr(sought, name) or "") for name in GrantsSought.__slots__}
    parts["test"] = "" if sought.test == TESTS[0] else sought.test
    return {name: value for name, value in parts.items() if value}


def _tests() -> tuple[str, str, str]:
    return _("without tests"), _("tests only"), _("all")


def _day(given: QueryDict, name: str) -> date | None:
    try:
        return date.fromisoformat(asked(given, name, 10))
    except ValueError:
        return None


def _people(sought: GrantsSought) -> list[tuple[str, str]]:
    known = list(staff_names())
    if sought.who and sought.who not in dict(known):
        known.append((sought.who, names_of([sought.who])[sought.who]))
    return known


def _row(one: GrantSeen) -> dict[str, Any]:
    here = reverse("counterfoil:console-grants")
    return {
        "seen": one,
        "url": trace_url(str(one.id)),
        "category": words.worded(CATEGORIES, one.category),
        "about": words.worded(REFERENCES, one.reference_kind),
        "about_url": f"{here}?{urlencode({'reference': one.reference, 'test': 'all'})}",
        "who_url": everything_url(one.who_id),
        "second_url": everything_url(one.second_id) if one.second_id else "",
    }
