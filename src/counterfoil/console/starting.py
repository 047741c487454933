"""Where a shift starts: the search box, what waits for whom, what happened today."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.console.telling import standing
from counterfoil.queries.approvals import count_waiting
from counterfoil.queries.exceptions import open_counts, open_kinds
from counterfoil.queries.newest import Newest, newest_purchases
from counterfoil.queries.today import Today, since
from counterfoil.rules.exceptions import kind_named
from counterfoil.rules.permissions import Permission


@staff_only(methods=("GET", "HEAD"))
def home(visit: Visit) -> HttpResponse:
    """Show the search box, what waits, what happened today, and the newest purchases."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = since(midnight)
    listed = reverse("counterfoil:console-exceptions")
    context = {
        "section": "home",
        "today": list(_today(today)),
        "midnight": midnight,
        "leaves_out_tests": today.leaves_out_tests,
        "waits": list(_waits(visit)),
        "exceptions": [
            {
                "label": kind_named(one.kind).title,
                "count": one.count,
                "overdue": one.overdue,
                "oldest_at": one.oldest_at,
                "url": f"{listed}?kind={one.kind}",
            }
            for one in open_kinds(now=now)
        ],
        "purchases": [_purchase(one) for one in newest_purchases()],
    }
    return show(visit, "home", context)


def _today(today: Today) -> Iterable[Mapping[str, Any]]:
    """Give what happened, what would be asked about first at the front."""
    for label, count, page in (
        (_("orders"), today.orders, ""),
        (_("entitlements issued"), today.issued, ""),
        (_("first used"), today.used, ""),
        (_("withdrawn"), today.withdrawn, ""),
        (_("attempts refused"), today.refused, "console-attempts"),
        (_("exceptions opened"), today.opened, "console-exceptions"),
        (_("exceptions settled"), today.settled, "console-exceptions"),
    ):
        url = reverse(f"counterfoil:{page}") if page else ""
        yield {"label": label, "count": f"{count:,}", "url": url}


def _waits(visit: Visit) -> Iterable[Mapping[str, Any]]:
    """Give what waits for this member of staff, and what waits for anybody."""
    now, listed = timezone.now(), reverse("counterfoil:console-exceptions")
    counts = open_counts(owner_id=visit.operator.id, now=now)
    if visit.may(Permission.APPROVE):
        waiting = count_waiting(now=now, besides=visit.operator.id)
        yield {
            "label": ngettext("request to approve", "requests to approve", waiting),
            "count": waiting,
            "url": reverse("counterfoil:console-approvals"),
            "tone": "warn",
        }
    for label, count, shown, tone in (
        (ngettext("case of yours", "cases of yours", counts.mine), counts.mine, "mine", "info"),
        (
            ngettext("overdue case", "overdue cases", counts.overdue),
            counts.overdue,
            "overdue",
            "bad",
        ),
        (_("that nobody has taken"), counts.nobodys, "nobodys", "warn"),
    ):
        yield {"label": label, "count": count, "url": f"{listed}?show={shown}", "tone": tone}


def _purchase(one: Newest) -> dict[str, Any]:
    state, tone = standing(one.counts, one.payment)
    return {
        "url": trace_url(str(one.id)),
        "reference": one.reference,
        "channel": one.channel,
        "buyer": one.buyer,
        "at": one.at,
        "amount_minor": one.amount,
        "currency": "" if one.is_grant else one.currency,
        "state": state,
        "tone": tone,
        "is_test": one.is_test,
    }
