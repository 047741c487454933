"""What the templates of a trace are given: the facts of the query, in words."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.console import giving, telling
from counterfoil.console.doors import Visit
from counterfoil.console.fitting import why_not
from counterfoil.console.hints import grouped
from counterfoil.queries import words
from counterfoil.queries.traced import Event, Trace, TracedProvisioning, TracedUnit
from counterfoil.rules.acts import Act, allowed_acts
from counterfoil.rules.orders import OrderPath
from counterfoil.rules.permissions import permission_for


def purchase_of(told: Trace) -> dict[str, Any]:
    """Give what the page says of the purchase itself."""
    purchase = told.purchase
    if purchase is None:
        unit = told.units[0]
        named = f"{unit.batch}, {unit.batch_ordinal}"
        return {"reference": named, "kind": "batch", "badges": []}
    state, tone = telling.standing(told.counts, purchase.payment)
    grant = purchase.grant
    return {
        "reference": purchase.number if grant is None else grant.reference,
        "order_id": purchase.reference if purchase.reference != purchase.number else "",
        "is_coupled": purchase.path == OrderPath.COUPLED,
        "kind": purchase.kind,
        "channel": capfirst(words.worded(telling.CHANNELS, purchase.channel)),
        "connection": purchase.connection,
        "payment_reference": purchase.payment_reference,
        "id": purchase.id,
        "buyer": purchase.buyer,
        "buyer_id": purchase.buyer_id,
        "partner": purchase.partner,
        "partner_slug": purchase.partner_slug,
        "created_at": purchase.created_at,
        "paid_at": purchase.paid_at,
        "cancelled_at": purchase.cancelled_at,
        "amount_minor": purchase.amount,
        "refunded_minor": purchase.refunded,
        "currency": "" if grant else purchase.currency,
        "is_test": purchase.is_test,
        "badges": [{"label": state, "tone": tone}],
        "grant_reason": grant.reason if grant else "",
        "grant_reference": grant.reference if grant else "",
        "grant_category": grant.category.replace("_", " ") if grant else "",
        "granted_by": grant.issued_by if grant else "",
    }


def unit_of(visit: Visit, told: Trace, unit: TracedUnit, found: str, code: str) -> dict[str, Any]:
    """Give what the page says of an entitlement, and what this member of staff may do with it."""
    is_found = unit.handle == found.lower()
    return {
        "handle": unit.handle,
        "product": unit.product,
        "ordinal": unit.position,
        "total": told.unit_count,
        "state": unit.state.value,
        "flags": unit.flags,
        "is_found": is_found and told.unit_count > 1,
        "last_four": unit.last_four,
        "code_state": telling.code_state(unit),
        "code": code if is_found else "",
        "batch": unit.batch,
        "batch_ordinal": unit.batch_ordinal,
        "expires_at": unit.expires_at,
        "reserved_until": unit.reserved_until,
        "reserved_for": unit.reserved_for,
        "holder": unit.holder,
        "holder_id": unit.holder_id,
        "partner": unit.partner,
        "partner_slug": unit.partner_slug,
        "held_since": unit.held_since,
        "subject": unit.subject,
        "needs_subject": unit.needs_subject,
        "offered_to": unit.offered_to,
        "offered_until": unit.offered_until,
        "held_before": unit.held_before,
        "milestones": unit.milestones,
        "gift": giving.told(unit.gift),
        "provisioning": _provisioning(unit.provisioning),
        "holds": _holds(unit),
        "steps": [
            {
                "title": telling.step_title(one),
                "standing": telling.STANDINGS[one.standing],
                "tone": telling.STANDING_TONES.get(one.standing, ""),
                "at": one.at,
                "text": one.text,
            }
            for one in unit.steps
        ],
        "groups": grouped(acts_on(visit, unit)),
        "is_open": is_found or told.unit_count == 1,
    }


def _holds(unit: TracedUnit) -> list[dict[str, Any]]:
    return [
        {
            "text": f"{hold.kind} {hold.reference}".strip(),
            "at": hold.placed_at,
            "by": hold.placed_by,
        }
        for hold in unit.holds
    ]


def acts_on(visit: Visit, unit: TracedUnit) -> tuple[Act, ...]:
    """Give what may be done with an entitlement from here, by this member of staff."""
    acts = allowed_acts(unit.state, held_count=unit.held_count)
    return tuple(
        act
        for act in sorted(acts, key=lambda one: one is Act.REVOKE)  # not where one clicks first
        if visit.may(permission_for(act)) and not why_not(act, unit)
    )


def _provisioning(row: TracedProvisioning | None) -> dict[str, str] | None:
    if row is None:
        return None
    if row.is_settled:
        text = _("set up") if row.got == "active" else _("taken down")
        return {"text": text, "tone": "good" if row.got == "active" else ""}
    if row.parked_at is not None:
        return {"text": _("stuck: %(error)s") % {"error": row.last_error}, "tone": "bad"}
    text = _("being set up") if row.wanted == "active" else _("being taken down")
    if row.attempts and row.last_error:
        tried = ngettext("tried %(n)d time", "tried %(n)d times", row.attempts)
        text = f"{text}, {tried % {'n': row.attempts}}: {row.last_error}"
    return {"text": text, "tone": "info"}


def event_of(event: Event, names: dict[str, str]) -> dict[str, Any]:
    """Give one line of the story."""
    icon, tone = telling.mark(event)
    about = [names[handle] for handle in event.units if handle in names]
    return {
        "at": event.at,
        "icon": icon,
        "tone": tone,
        "text": event.what,
        "who": event.who,
        "reason": words.worded(words.REASONS, event.reason) if event.reason else "",
        "comment": event.comment,
        "about": about[0] if len(about) == 1 else "",
        "amount_minor": event.amount,
        "currency": event.currency if event.amount is not None else "",
        "details": event.details,
        "marks": event.marks,
    }
