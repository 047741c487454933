"""What happened around the acts of a trace: mails, attempts, messages, exceptions."""

from collections.abc import Iterator

from counterfoil.models import Delivery
from counterfoil.models.ids import handle_of
from counterfoil.queries import words
from counterfoil.queries._rows import Rows
from counterfoil.queries.mail_words import MAILS
from counterfoil.queries.traced import Event, EventKind
from counterfoil.rules.exceptions import kind_named
from counterfoil.rules.people import SYSTEM, ActorKind


def deliveries(rows: Rows) -> Iterator[Event]:
    """Tell of mails: when each was sent, and if it came back or was given up."""
    for mail in rows.deliveries:
        what, to = words.worded(MAILS, mail.kind), rows.face(mail.target)
        moments = [(mail.sent_at, "sent", f"{what} sent to {to}")]
        if mail.sent_at is None and mail.parked_at is None:
            moments.append((mail.created_at, "queued", f"{what} to {to}: waiting to be sent"))
        moments.append((mail.bounced_at, "bounced", f"Mail to {to} came back"))
        if mail.is_unneeded:
            moments.append((mail.parked_at, "unneeded", f"{what} to {to}: no longer needed"))
        else:
            moments.append((mail.parked_at, "undelivered", f"{what} could not be sent to {to}"))
        for at, name, sentence in moments:
            if at is not None:
                error = mail.last_error if name != "sent" else ""
                yield Event(
                    at=at,
                    kind=EventKind.DELIVERY,
                    name=name,
                    what=sentence,
                    who=SYSTEM.display,
                    who_kind=ActorKind.SYSTEM,
                    units=_units(mail),
                    details=words.facts({"tries": mail.attempts, "error": error}),
                )


def attempts(rows: Rows) -> Iterator[Event]:
    """Tell of refused attempts; one that worked is an act, and told there."""
    for attempt in rows.attempts:
        if attempt.outcome != "ok" and attempt.entitlement_id is not None:
            yield Event(
                at=attempt.at,
                kind=EventKind.ATTEMPT,
                name=attempt.outcome,
                what=f"Code refused: {words.worded(words.REFUSALS, attempt.outcome)}",
                who="somebody with the code",
                units=(handle_of(attempt.entitlement_id),),
                details=words.facts(
                    {
                        "code_ending": attempt.last_four,
                        "where": attempt.surface,
                        "from": attempt.network or attempt.address,
                    }
                ),
            )


def messages(rows: Rows) -> Iterator[Event]:
    """Tell of what the channel sent."""
    for message in rows.messages:
        yield Event(
            at=message.acked_at,
            kind=EventKind.MESSAGE,
            name="parked" if message.parked_at else "received",
            what=f"Message received: {message.topic}",
            who=rows.connection.name if rows.connection else "",
            who_kind=ActorKind.CHANNEL,
            details=words.facts(
                {
                    "message": message.message_id,
                    "outcome": message.outcome,
                    "error": message.last_error,
                }
            ),
        )


def exceptions(rows: Rows) -> Iterator[Event]:
    """Tell when something was put before a person, and what came of it."""
    for case in rows.exceptions:
        label = kind_named(case.kind).title
        units = (handle_of(case.entitlement_id),) if case.entitlement_id else ()
        yield Event(
            at=case.opened_at,
            kind=EventKind.EXCEPTION,
            name="opened",
            what=f"Put before a person: {label}",
            who=str(case.evidence.get("found_by") or SYSTEM.display),
            units=units,
        )
        if case.resolved_at is not None:
            yield Event(
                at=case.resolved_at,
                kind=EventKind.EXCEPTION,
                name="resolved",
                what=f"Settled: {label}",
                who=case.resolved_by,
                comment=case.outcome,
                units=units,
            )


def _units(mail: Delivery) -> tuple[str, ...]:
    return (handle_of(mail.entitlement_id),) if mail.entitlement_id else ()
