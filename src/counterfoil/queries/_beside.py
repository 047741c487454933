"""What hangs beside the entitlements of a trace, row by row: mails, attempts, cases and notes."""

from counterfoil.models import Delivery
from counterfoil.models.ids import handle_of
from counterfoil.queries._aside import (
    TracedAttempt,
    TracedDelivery,
    TracedException,
    TracedMessage,
    TracedNote,
)
from counterfoil.queries._rows import Rows


def traced_deliveries(rows: Rows) -> tuple[TracedDelivery, ...]:
    """Tell of mails, the newest first."""
    return tuple(
        TracedDelivery(
            id=mail.pk,
            at=mail.bounced_at or mail.sent_at or mail.parked_at or mail.created_at,
            kind=mail.kind,
            to=rows.face(mail.target),
            status=_status(mail),
            attempts=mail.attempts,
            last_error=mail.last_error,
            handle=handle_of(mail.entitlement_id) if mail.entitlement_id else "",
            created_at=mail.created_at,
            to_id=mail.target_id,
        )
        for mail in rows.deliveries
    )


def traced_exceptions(rows: Rows) -> tuple[TracedException, ...]:
    """Tell of what needs, or needed, a person."""
    return tuple(
        TracedException(
            id=case.pk,
            at=case.opened_at,
            kind=case.kind,
            key=case.key,
            evidence=case.evidence,
            resolved_at=case.resolved_at,
            resolved_by=case.resolved_by,
            outcome=case.outcome,
            owner=case.owner_display,
            due_at=case.due_at,
        )
        for case in rows.exceptions
    )


def _status(mail: Delivery) -> str:
    if mail.bounced_at is not None:
        return "bounced"
    if mail.sent_at is not None:
        return "sent"
    if mail.is_unneeded:
        return "unneeded"
    return "queued" if mail.parked_at is None else "parked"


def traced_attempts(rows: Rows) -> tuple[TracedAttempt, ...]:
    """Tell of tries to use a code."""
    return tuple(
        TracedAttempt(
            at=one.at,
            outcome=one.outcome,
            last_four=one.last_four,
            surface=one.surface,
            network=one.network,
            handle=handle_of(one.entitlement_id) if one.entitlement_id else "",
        )
        for one in rows.attempts
    )


def traced_messages(rows: Rows) -> tuple[TracedMessage, ...]:
    """Tell of what the channel sent about the order."""
    return tuple(
        TracedMessage(
            at=one.acked_at,
            topic=one.topic,
            message_id=one.message_id,
            outcome=one.outcome,
            last_error=one.last_error,
        )
        for one in rows.messages
    )


def traced_notes(rows: Rows) -> tuple[TracedNote, ...]:
    """Tell what colleagues wrote down."""
    return tuple(
        TracedNote(
            id=one.pk,
            at=one.at,
            text=one.text,
            reference=one.reference,
            author=one.author_display or one.author_id,
            handle=handle_of(one.entitlement_id) if one.entitlement_id else "",
            case_id=one.case_id,
        )
        for one in rows.notes
    )
