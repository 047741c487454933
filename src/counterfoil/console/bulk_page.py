"""One bulk act as a page: how everything stands, what will be done, what was."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.console.acts import REASONS
from counterfoil.console.bulk_shown import as_shown
from counterfoil.console.doors import Visit
from counterfoil.errors import FilterWrong
from counterfoil.queries import words
from counterfoil.queries.bulk import ITEMS, BulkSeen, ItemSeen, items_of, one_bulk
from counterfoil.queries.bulk_lists import ADDRESS, AMBIGUOUS
from counterfoil.queries.bulk_words import (
    LABELS,
    OUTCOMES,
    STANDS,
    STATUSES,
    TONES,
    effects_of,
    fate_of,
)
from counterfoil.queries.filtering import UnitFilter
from counterfoil.queries.jobs import one_job
from counterfoil.rules.acts import Act
from counterfoil.rules.approvals import Standing
from counterfoil.rules.bulk import Outcome, Stands, bulk_permission
from counterfoil.rules.permissions import Permission

MOVING = ("recalled", "mistake", "support_case", "other")


def reasons_of(act: Act) -> tuple[str, ...]:
    """Give why staff may do it to many."""
    return REASONS.get(act, MOVING)


def told_of(seen: BulkSeen) -> dict[str, Any]:
    """Put a bulk act in words, as a list shows it."""
    tone, status = STATUSES[seen.status]
    if seen.is_halted:
        tone, status = "warn", _("stopped")
    return {
        "seen": seen,
        "label": LABELS[seen.act],
        "status": status,
        "tone": tone,
        "url": reverse("counterfoil:console-bulk", args=[seen.id]),
        "counts": _counts(seen),
    }


def bulk_context(visit: Visit, seen: BulkSeen, **more: Any) -> dict[str, Any]:
    """Give everything the page of a bulk act shows."""
    is_mine = visit.may(Permission.BULK_ACTS) and visit.may(bulk_permission(seen.act))
    is_open, is_halted = seen.status == "judged", seen.is_halted
    return {
        "section": "bulk",
        "bulk": told_of(seen),
        "facts": _facts(seen),
        "chosen_by": _chosen_by(seen),
        "missing": [(number, _why_missing(why)) for number, why in _missing(seen)],
        "missing_count": seen.selection.get("missing_count", 0),
        "sorts": _sorts(seen, more.pop("sorts_chosen", None)),
        "others": [
            {"label": STANDS[one], "count": count, "fate": fate_of(seen.act, one)}
            for one, count in seen.sorts.items()
            if one not in seen.rule.doable
        ],
        "effects": effects_of(seen.act),
        "reasons": [(one, words.worded(words.REASONS, one)) for one in reasons_of(seen.act)],
        "limit": conf.BULK_LIMIT,
        "shown": as_shown(seen),
        "can_confirm": is_open and is_mine and any(one in seen.sorts for one in seen.rule.doable),
        "can_discard": is_mine and seen.status in ("judged", "requested"),
        "can_judge": is_mine and is_open,
        "can_stop": seen.is_running and visit.may(Permission.RUN_JOBS),
        "can_continue": is_halted and visit.may(Permission.RUN_JOBS),
        "can_invert": seen.can_be_inverted and _may_invert(visit, seen),
        "is_irreversible": seen.rule.inverse is None,
        "inverse": LABELS[seen.rule.inverse] if seen.rule.inverse else "",
        "job": one_job(seen.job.pk) if seen.job else None,
        "is_lapsed": seen.approval is not None
        and seen.approval.standing(timezone.now()) is Standing.LAPSED,
        "errors": {},
        **_items(visit, seen),
        **more,
    }


def _may_invert(visit: Visit, seen: BulkSeen) -> bool:
    acts, inverse = visit.may(Permission.BULK_ACTS), seen.rule.inverse
    return acts and inverse is not None and visit.may(bulk_permission(inverse))


def read(visit: Visit, bulk_id: Any, **more: Any) -> dict[str, Any]:
    """Read a bulk act, and give its page."""
    return bulk_context(visit, one_bulk(bulk_id), **more)


def _sorts(seen: BulkSeen, chosen: Any) -> list[dict[str, Any]]:
    """Give the sorts it can be done to, ticked as they are taken unless told otherwise."""
    takes = seen.rule.doable if seen.inverse_of else seen.rule.takes
    ticked = {str(one) for one in (takes if chosen is None else chosen)}
    return [
        {
            "name": one.value,
            "label": STANDS[one],
            "count": seen.sorts[one],
            "is_ticked": one.value in ticked,
            "stays": one in seen.rule.may_take,
        }
        for one in seen.rule.doable
        if one in seen.sorts
    ]


def _counts(seen: BulkSeen) -> list[tuple[Any, int, str]]:
    if seen.status in ("judged", "requested"):
        return [(STANDS[one], count, "") for one, count in seen.sorts.items()]
    order = [*OUTCOMES]
    return [
        (OUTCOMES[one], count, TONES.get(one, ""))
        for one, count in sorted(seen.outcomes.items(), key=lambda it: order.index(it[0]))
    ]


def _facts(seen: BulkSeen) -> list[tuple[str, str]]:
    told, facts = seen.parameters, []
    if seen.act is Act.EXTEND and not seen.inverse_of:
        days, until = told.get("days"), told.get("until")
        end = _("%(n)d days longer") % {"n": days} if days else (until or _("without end"))
        facts.append((_("New end"), end))
    for name, label in (("kind", _("Hold")), ("reference", _("Reference"))):
        if told.get(name):
            facts.append((label, told[name]))
    if told.get("partner"):
        facts.append((_("Partner"), told["partner"]))
    if seen.reason:
        facts.append((_("Reason"), words.worded(words.REASONS, seen.reason)))
    if seen.case:
        facts.append((_("Ticket"), seen.case))
    if seen.approval is not None and seen.approval.decided_for:
        facts.append((_("Second person"), seen.approval.decided_for))
    return facts


def _chosen_by(seen: BulkSeen) -> list[tuple[str, str]]:
    if seen.selection.get("kind") != "filter":
        return []
    try:
        return list(UnitFilter.from_query(QueryDict(seen.selection["query"])).words())
    except FilterWrong:  # a product or partner that is called otherwise by now
        return [(_("Filter"), seen.selection["query"])]


def _missing(seen: BulkSeen) -> list[tuple[int, str]]:
    return [(int(number), str(why)) for number, why in seen.selection.get("missing", ())]


def _why_missing(why: str) -> str:
    match why:
        case str() if why == AMBIGUOUS:
            return _("more than one shop has an order of this number")
        case str() if why == ADDRESS:
            return _("an address: give the orders or entitlements instead")
        case _:
            return _("nothing is called like that")


def _items(visit: Visit, seen: BulkSeen) -> dict[str, Any]:
    asked = visit.request.GET
    stands, outcome = asked.get("sort", ""), asked.get("outcome", "")
    stands = stands if stands in {one.value for one in Stands} else ""
    outcome = outcome if outcome in {one.value for one in Outcome} else ""
    after = asked.get("after", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 8 else 0
    rows = items_of(seen.id, stands=stands, outcome=outcome, after=number)
    here = reverse("counterfoil:console-bulk", args=[seen.id])
    kept = f"sort={stands}&" if stands else f"outcome={outcome}&" if outcome else ""
    return {
        "rows": [_row(one) for one in rows],
        "next_url": f"?{kept}after={rows[-1].number}#items" if len(rows) == ITEMS else "",
        "tabs": _tabs(seen, here, stands or outcome),
    }


def _tabs(seen: BulkSeen, here: str, current: str) -> list[dict[str, Any]]:
    tabs = [("", _("All"), seen.total, here)]
    if seen.status in ("judged", "requested"):
        tabs += [
            (one.value, str(STANDS[one]), count, f"{here}?sort={one.value}")
            for one, count in seen.sorts.items()
        ]
    else:
        tabs += [
            (one, str(OUTCOMES[one]), count, f"{here}?outcome={one}")
            for one, count in seen.outcomes.items()
            if one
        ]
    return [
        {"label": label, "count": n, "url": f"{url}#items", "is_current": name == current}
        for name, label, n, url in tabs
    ]


def _row(one: ItemSeen) -> dict[str, Any]:
    url = reverse("counterfoil:console-trace", args=[one.handle])
    return {
        "seen": one,
        "url": f"{url}#entry-{one.handle}-{one.seq}" if one.seq else url,
        "stands": STANDS[Stands(one.stands)],
        "outcome": OUTCOMES[one.outcome],
        "tone": TONES.get(one.outcome, ""),
    }
