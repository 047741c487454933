"""Suspending a partner and letting it go on: one switch with three positions."""

from datetime import datetime
from uuid import UUID

from counterfoil.models import Partner, Suspension
from counterfoil.models.ids import uuid7
from counterfoil.operations._announcing import announce
from counterfoil.operations._granting import named
from counterfoil.operations._partnering import audit, lock_partner
from counterfoil.operations._suspending import count_unsettled, settle, unsettled
from counterfoil.operations.request_job import request_job
from counterfoil.rules.events import EventType
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import Actor

AT_ONCE = 5_000  # more are put on hold, or let go, by a job


def halt(
    partner_id: UUID, mode: Suspension | None, *, reason: str, by: Actor, at: datetime
) -> Partner:
    """Put the switch there, unless it stands there, and bring the holds to where it stands."""
    partner = lock_partner(partner_id)
    before, wanted = partner.suspension, mode.value if mode else ""
    if before == wanted:
        return partner
    partner.suspension = wanted
    partner.suspended_at = (partner.suspended_at or at) if mode else None
    partner.save(update_fields=["suspension", "suspended_at"])
    count = count_unsettled(partner)
    told = {"before": before, "mode": wanted, "reason": reason[:1000], "entitlements": count}
    act = "suspend_partner" if mode else "resume_partner"
    audit(act, partner, by=by, at=at, data=told.items())
    if mode:
        announce(EventType.PARTNER_SUSPENDED, {"mode": wanted}, at=at, partner=partner)
    else:
        announce(EventType.PARTNER_RESUMED, {}, at=at, partner=partner)
    if count <= AT_ONCE:
        settle(unsettled(partner, most=AT_ONCE), by=by, at=at, comment=reason)
        return partner
    request_job(
        kind=JobKind.SUSPENSION,
        key=f"{partner.pk}:{uuid7()}",
        parameters={"partner": str(partner.pk), "comment": reason[:1000], "by": named(by)},
        total=count,
        by=by,
        at=at,
    )
    return partner
