"""Reminders and warnings: what was bought and not used, and what ends soon."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from counterfoil.effects.addresses import my_purchases_page
from counterfoil.effects.mail_parts import Content
from counterfoil.models import Delivery, Entitlement, Gift
from counterfoil.rules.lifecycle import State

MOST_LINES = 20


def reminder(delivery: Delivery, at: datetime) -> Content | None:
    """Remind of what nobody has used yet; nothing, once all of it was used or given away."""
    units = _told_of(delivery).filter(Q(expires_at=None) | Q(expires_at__gt=at))
    return _content("reminder", units.filter(state=State.ISSUED, is_given=False))


def expiry_warning(delivery: Delivery, at: datetime) -> Content | None:
    """Warn of what ends soon, whoever can still do something about it: its buyer, or its holder."""
    units = _told_of(delivery).filter(expires_at__gt=at)
    held = Q(assignments__ended_at=None, assignments__account__person=delivery.target_id)
    return _content(
        "expiry_warning", units.filter(Q(state=State.ISSUED) | Q(held, state=State.ASSIGNED))
    )


def _told_of(delivery: Delivery) -> Any:
    open_gift = Gift.objects.filter(entitlement=OuterRef("pk"), ended_at=None)
    units = Entitlement.objects.filter(notices__delivery=delivery, held_count=0)
    return units.annotate(is_given=Exists(open_gift)).select_related("product").distinct()


def _content(template: str, units: Any) -> Content | None:
    lines: dict[tuple[object, ...], dict[str, Any]] = {}
    ends: list[datetime] = []
    for unit in units.order_by("pk"):
        until, standing = unit.expires_at, _standing(unit)
        day = timezone.localtime(until).date() if until else None
        line = lines.setdefault(
            (unit.product_id, day, standing),
            {"product": unit.product.name, "count": 0, "valid_until": until, "standing": standing},
        )
        line["count"] += 1
        ends += [until] if until else []
    if not lines:
        return None
    listed = list(lines.values())
    return template, {
        "items": listed[:MOST_LINES],
        "more": len(listed[MOST_LINES:]),
        "count": sum(one["count"] for one in listed),
        "product": listed[0]["product"],
        "first_end": min(ends, default=None),
        "url": my_purchases_page(),
    }


def _standing(unit: Any) -> str:
    if unit.state == State.ASSIGNED:
        return "unfinished"
    return "given" if unit.is_given else "unused"
