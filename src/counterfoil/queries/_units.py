"""The entitlements of a trace, each with everything that stands about it now."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from counterfoil.models import Code, Decision, Entitlement, Hold, Provisioning
from counterfoil.queries._held import TracedAssignment, TracedHold, TracedMilestone
from counterfoil.queries._hits import flags_of
from counterfoil.queries._rows import Rows
from counterfoil.queries._steps import traced_steps
from counterfoil.queries.gifts import TracedGift, traced_gifts
from counterfoil.queries.traced import TracedProvisioning, TracedUnit
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import State


def traced_units(rows: Rows, now: datetime) -> tuple[TracedUnit, ...]:
    """Tell how the entitlements of a page stand."""
    gifts = traced_gifts(rows.units, now=now)
    return tuple(
        _unit(rows, unit, position, now, gifts)
        for position, unit in enumerate(rows.units, rows.first + 1)
    )


def _unit(
    rows: Rows, unit: Entitlement, position: int, now: datetime, gifts: Mapping[UUID, TracedGift]
) -> TracedUnit:
    codes = [code for code in rows.codes if code.entitlement_id == unit.pk]
    newest: Code | None = codes[-1] if codes else None
    open_ones = [one for one in rows.assignments if one.ended_at is None]
    held = next((one for one in open_ones if one.entitlement_id == unit.pk), None)
    provisioning: Provisioning | None = getattr(unit, "provisioning", None)
    offer = next((one for one in rows.offers if one.entitlement_id == unit.pk), None)
    is_parked = provisioning is not None and provisioning.parked_at is not None
    return TracedUnit(
        id=unit.pk,
        handle=unit.handle,
        position=position,
        product=unit.product.name,
        state=State(unit.state),
        public_state=unit.public_state(now),
        flags=flags_of(unit, now=now) + (("parked",) if is_parked else ()),
        version=unit.version,
        held_count=unit.held_count,
        is_test=unit.is_test,
        batch=unit.batch.name if unit.batch else "",
        batch_ordinal=unit.batch_ordinal,
        expires_at=unit.expires_at,
        reserved_until=unit.reserved_until,
        reserved_for=rows.face(unit.reserved_for.person) if unit.reserved_for else "",
        last_four=newest.last_four if newest else "",
        code_state=newest.state if newest else "",
        replaced_count=sum(code.state == "replaced" for code in codes),
        holder=rows.face_of(held.account) if held else "",
        holder_id=held.account.person_id if held else None,
        held_since=held.started_at if held else None,
        needs_subject=unit.terms.needs_subject,
        subject=str(held.subject) if held and held.subject else "",
        offered_to=rows.face(offer.recipient) if offer else "",
        offered_until=offer.expires_at if offer else None,
        held_before=_held_before(rows, unit),
        milestones=_milestones(rows, unit),
        provisioning=_provisioning(provisioning) if provisioning else None,
        gift=gifts.get(unit.pk),
        holds=tuple(_hold(rows, hold) for hold in rows.holds if hold.entitlement_id == unit.pk),
        steps=traced_steps(unit, held, rows.steps),
        partner=unit.partner.name if unit.partner else "",
        partner_slug=unit.partner.slug if unit.partner else "",
        decision=_decision(rows, unit),
    )


def _decision(rows: Rows, unit: Entitlement) -> str:
    """Say what taking its money back means for it, as far as somebody decided."""
    kind = ExceptionKind.REFUND_AFTER_ASSIGNMENT
    asked = (
        case.key == unit.handle and case.kind == kind and case.resolved_at is None
        for case in rows.exceptions
    )
    if any(asked):
        return Decision.PENDING.value
    taken = (one.decision for one in rows.decisions if one.entitlement_id == unit.pk)
    return next(taken, "")


def _held_before(rows: Rows, unit: Entitlement) -> tuple[TracedAssignment, ...]:
    return tuple(
        TracedAssignment(
            holder=rows.face_of(one.account),
            subject=str(one.subject) if one.subject else "",
            since=one.started_at,
            until=one.ended_at,
        )
        for one in reversed(rows.assignments)
        if one.entitlement_id == unit.pk and one.ended_at is not None
    )


def _milestones(rows: Rows, unit: Entitlement) -> tuple[TracedMilestone, ...]:
    return tuple(
        TracedMilestone(name=one.name, reference=one.reference, at=one.at)
        for one in rows.milestones
        if one.assignment.entitlement_id == unit.pk
    )


def _provisioning(row: Provisioning) -> TracedProvisioning:
    return TracedProvisioning(
        wanted=row.wanted,
        got=row.got,
        attempts=row.attempts,
        parked_at=row.parked_at,
        last_error=row.last_error,
        reference=row.reference,
    )


def _hold(rows: Rows, hold: Hold) -> TracedHold:
    placed = (hold.entitlement_id, hold.placed_seq)
    by = (one for one in rows.entries if (one.entitlement_id, one.seq) == placed)
    return TracedHold(
        kind=hold.kind,
        reference=hold.reference,
        placed_at=hold.placed_at,
        placed_by=next((one.actor_display for one in by), ""),
    )
