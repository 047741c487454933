"""What happened around the acts of a trace: mails, attempts, messages, exceptions."""

from collections.abc import Iterator

from counterfoil.models import Delivery, Provisioning
from counterfoil.models.ids import handle_of
from counterfoil.queries import words
from counterfoil.queries._rows import CORRECT_BUYER, Rows
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
        if attempt.outcome != "ok":
            unit = attempt.entitlement_id
            yield Event(
                at=attempt.at,
                kind=EventKind.ATTEMPT,
                name=attempt.outcome,
                what=f"Code refused: {words.worded(words.REFUSALS, attempt.outcome)}",
                who="somebody with the code" if unit else "this customer, with no code of ours",
                units=(handle_of(unit),) if unit else (),
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
            marks=(f"case-{case.pk}",),
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


def notes(rows: Rows) -> Iterator[Event]:
    """Tell what colleagues wrote down."""
    for note in rows.notes:
        ticket = f" for {note.reference}" if note.reference else ""
        yield Event(
            at=note.at,
            kind=EventKind.NOTE,
            name="note",
            what=f"Note{ticket}",
            who=note.author_display or note.author_id,
            who_kind=ActorKind.OPERATOR,
            comment=note.text,
            units=(handle_of(note.entitlement_id),) if note.entitlement_id else (),
            marks=(f"note-{note.pk}",),
        )


def approvals(rows: Rows) -> Iterator[Event]:
    """Tell who asked for a second person, and what was said."""
    for one in rows.approvals:
        asked, decided = one.requested_for or one.requested_by, one.decided_for or one.decided_by
        moments = [(one.requested_at, "asked", "A second person was asked for", asked, "")]
        if one.decided_at is not None:
            what = f"Request {one.decision} by a second person"
            moments.append((one.decided_at, one.decision, what, decided, one.comment))
        for at, name, what, who, comment in moments:
            yield Event(
                at=at,
                kind=EventKind.APPROVAL,
                name=name,
                what=what,
                who=who,
                who_kind=ActorKind.OPERATOR,
                comment=comment,
            )


def readings(rows: Rows) -> Iterator[Event]:
    """Tell to whom an address was shown in full."""
    for one in rows.readings:
        yield Event(
            at=one.at,
            kind=EventKind.READING,
            name=one.act,
            what="Address shown in full",
            who=one.actor_display or one.actor_id,
            who_kind=one.actor_kind,
            reason=str(one.data.get("reason", "")),
            comment=str(one.data.get("comment", "")),
            details=words.facts({"ticket": one.data.get("case")}),
        )


def addressed(rows: Rows) -> Iterator[Event]:
    """Tell who said whose an order is, where nothing had been sent that had to be replaced."""
    acts = {one.act_name for one in rows.entries}
    for one in rows.addressed if CORRECT_BUYER not in acts else ():
        yield Event(
            at=one.at,
            kind=EventKind.READING,
            name=one.act,
            what="Order given an address",
            who=one.actor_display or one.actor_id,
            who_kind=one.actor_kind,
            reason=str(one.data.get("reason", "")),
            comment=str(one.data.get("comment", "")),
            details=words.facts({"ticket": one.data.get("case")}),
        )


def downstream(rows: Rows) -> Iterator[Event]:
    """Tell when the host's record was given up for the time being; the rest are acts."""
    for unit in rows.units:
        row: Provisioning | None = getattr(unit, "provisioning", None)
        if row is not None and row.parked_at is not None:
            yield Event(
                at=row.parked_at,
                kind=EventKind.DOWNSTREAM,
                name="parked",
                what="Setting up downstream is stuck",
                who=SYSTEM.display,
                who_kind=ActorKind.SYSTEM,
                units=(unit.handle,),
                details=words.facts({"tries": row.attempts, "error": row.last_error}),
            )


def _units(mail: Delivery) -> tuple[str, ...]:
    return (handle_of(mail.entitlement_id),) if mail.entitlement_id else ()
