"""What the page of a refund shows."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from counterfoil.console.deciding_refunds import WHY
from counterfoil.console.finding import trace_url
from counterfoil.models import Decision
from counterfoil.queries import words
from counterfoil.queries.refunds import Fitting, RefundStanding, is_paid_back
from counterfoil.queries.trace import trace
from counterfoil.queries.traced import TracedUnit
from counterfoil.rules.orders import RefundStatus

MOST_LISTED = 50

DOUBTS = {
    "amount_only": gettext_lazy("The channel named an amount, and not what it was for."),
    "line_unknown": gettext_lazy("The channel named a line that the order does not have."),
    "unit_unknown": gettext_lazy("The channel named entitlements that are not of this order."),
    "quantity_unclear": gettext_lazy("The channel did not say clearly how many units it was."),
    "too_many": gettext_lazy("The channel named more units than were left."),
    "other_currency": gettext_lazy("It is in another currency than was paid."),
}
STATUSES = {
    RefundStatus.SUCCEEDED.value: gettext_lazy("went back"),
    RefundStatus.PENDING.value: gettext_lazy("is on its way back"),
    RefundStatus.FAILED.value: gettext_lazy("did not go back: the refund failed"),
}
CHOICES = (
    ("", gettext_lazy("Not refunded by this")),
    (Decision.REVOKE.value, gettext_lazy("Refunded: revoke it")),
    (Decision.KEEP.value, gettext_lazy("Refunded: they may keep it")),
)


def refund_context(
    standing: RefundStanding,
    answers: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    is_posted: bool,
) -> dict[str, Any]:
    """Give what ``refund.html`` takes; ``answers`` may be what a suggestion fills in."""
    told = trace(purchase_id=standing.purchase_id, now=timezone.now())
    is_many = told.unit_count > MOST_LISTED
    suggested = set(answers.get("take", "").split(",")) if not is_posted else set()
    return {
        "title": _("Decide what a refund takes back"),
        "reference": told.purchase.number if told.purchase else "",
        "trace_url": trace_url(str(standing.purchase_id)),
        "refund": standing,
        "status": STATUSES[standing.status],
        "may_decide": is_paid_back(standing),
        "doubt": DOUBTS.get(standing.doubt, ""),
        "fitting": [_fitting(one) for one in standing.fitting],
        "units": []
        if is_many
        else [_unit(standing, unit, answers, errors, suggested, is_posted) for unit in told.units],
        "choices": CHOICES,
        "lists": _lists(standing, answers, errors, suggested, is_posted) if is_many else [],
        "unit_count": told.unit_count,
        "reasons": [(code, words.worded(words.REASONS, code).capitalize()) for code in WHY],
        "reason": answers.get("reason", ""),
        "has_comment": True,
        "comment_required": answers.get("reason") == "other",
        "has_ticket": True,
        "comment": answers.get("comment", ""),
        "ticket": answers.get("ticket", ""),
        "errors": errors,
    }


def _unit(
    standing: RefundStanding,
    unit: TracedUnit,
    answers: Mapping[str, str],
    errors: Mapping[str, str],
    suggested: set[str],
    is_posted: bool,
) -> dict[str, Any]:
    name = f"unit_{unit.handle}"
    chosen = standing.decisions.get(unit.handle, "")
    if unit.handle in suggested:
        chosen = Decision.REVOKE.value
    if is_posted:
        chosen = answers.get(name, "")
    return {
        "name": name,
        "handle": unit.handle,
        "position": unit.position,
        "product": unit.product,
        "state": unit.state.value,
        "flags": unit.flags,
        "last_four": unit.last_four,
        "holder": unit.holder,
        "chosen": chosen if chosen != Decision.PENDING else "",
        "is_elsewhere": unit.handle in standing.elsewhere,
        "error": errors.get(name, ""),
    }


def _lists(
    standing: RefundStanding,
    answers: Mapping[str, str],
    errors: Mapping[str, str],
    suggested: set[str],
    is_posted: bool,
) -> list[dict[str, Any]]:
    """Ask for handles, where there are too many to list."""
    labels = {
        Decision.REVOKE.value: _("Refunded, to be revoked: their handles"),
        Decision.KEEP.value: _("Refunded, and they may keep it: their handles"),
    }
    decided = dict(standing.decisions) | dict.fromkeys(suggested - {""}, Decision.REVOKE.value)
    return [
        {
            "name": f"list_{decision}",
            "label": label,
            "type": "textarea",
            "hint": _("One a line, as the list of entitlements gives them."),
            "value": answers.get(f"list_{decision}", "")
            if is_posted
            else "\n".join(handle for handle, one in decided.items() if one == decision),
            "error": errors.get(f"list_{decision}", ""),
        }
        for decision, label in labels.items()
    ]


def _fitting(one: Fitting) -> dict[str, str]:
    text = ngettext(
        "%(n)d of %(product)s would cost exactly this.",
        "%(n)d of %(product)s would cost exactly this.",
        one.quantity,
    )
    return {
        "text": text % {"n": one.quantity, "product": one.product},
        "url": f"?{urlencode({'take': ','.join(one.handles[:MOST_LISTED])})}#units",
    }
