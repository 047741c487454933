"""The timeline of a trace: who did what when and why, in plain words."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from counterfoil.models import Assignment, Entry, Refund
from counterfoil.models.ids import handle_of
from counterfoil.queries import words
from counterfoil.queries._acts_told import MANY, ONE
from counterfoil.queries._rows import Rows
from counterfoil.queries._surroundings import (
    addressed,
    approvals,
    attempts,
    deliveries,
    downstream,
    exceptions,
    messages,
    notes,
    readings,
)
from counterfoil.queries.traced import Event, EventKind
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import DisputeStatus, PaymentStatus, RefundStatus
from counterfoil.rules.people import ActorKind

NAMED = ("kind", "reference", "batch", "sale", "partner", "step", "milestone", "decision")
NOBODY = "somebody"
TOLD = {"until", "before"}  # dates, told in words
RANK = {EventKind.ORDER: 0, EventKind.MESSAGE: 1, EventKind.MONEY: 2, EventKind.ACT: 3}
REFUNDS = {
    RefundStatus.PENDING: "Refund on its way",
    RefundStatus.SUCCEEDED: "Refunded",
    RefundStatus.FAILED: "Refund failed",
}
TAKEN_BACK = "Taken back by whoever sold it"  # a cancellation: no money moved here
DISPUTES = {
    DisputeStatus.WON: "Dispute won",
    DisputeStatus.LOST: "Dispute lost",
    DisputeStatus.INQUIRY_CLOSED: "Inquiry closed",
}


def tell(rows: Rows) -> tuple[Event, ...]:
    """Merge everything that happened into one story, the newest first."""
    parts = (
        *(_acts, _order, _refunds, _disputes, deliveries, attempts, messages, exceptions),
        *(notes, approvals, readings, addressed, downstream),
    )
    story = [event for part in parts for event in part(rows)]
    # What came in stands below what was done about it, even within one microsecond.
    story.sort(key=lambda event: (event.at, RANK.get(event.kind, 4)), reverse=True)
    return tuple(story)


def _acts(rows: Rows) -> Iterator[Event]:
    entries = sorted(rows.entries, key=lambda entry: (entry.act, entry.entitlement_id))
    holders = _holders(rows)
    for act, group in groupby(entries, key=lambda entry: entry.act):
        told = marked = list(group)
        size = rows.act_sizes.get(act, len(told))
        if size == len(told) and len({entry.entitlement_id for entry in told}) == 1:
            told, size = told[:1], 1  # passed on: two entries, the newer of which says to whom
        yield _act(rows, told, size, holders, marked)


def _act(
    rows: Rows,
    told: list[Entry],
    size: int,
    holders: dict[tuple[str, int], Assignment],
    marked: list[Entry],
) -> Event:
    entry = told[0]
    handle = handle_of(entry.entitlement_id)
    held = holders.get((handle, entry.seq))
    sentence = (MANY if size > 1 else ONE).get(entry.act_name)
    sentence = sentence or ONE.get(entry.act_name) or entry.act_name.replace("_", " ").capitalize()
    until = entry.data.get("until")
    what = sentence.format(
        count=size,
        holder=rows.face_of(held.account) if held else NOBODY,
        subject=held.subject if held and held.subject else NOBODY,
        **{name: entry.data.get(name, "") for name in NAMED},
        until=words.day(datetime.fromisoformat(until)) if until else "without end",
    ).strip()
    moved = f"{entry.from_state or 'new'} → {entry.to_state}" if entry.move else entry.to_state
    details = [("State", moved), ("Act", str(entry.act))]
    if size == 1:
        details.append(("Entry", f"{entry.seq} of {handle}"))
    before = entry.data.get("before")
    if before:
        details.append(("Before", words.day(datetime.fromisoformat(before))))
    return Event(
        at=entry.recorded_at,
        kind=EventKind.ACT,
        name=entry.act_name,
        what=what,
        who=_who(rows, entry, held),
        who_kind=entry.actor_kind,
        reason=entry.reason,
        comment=entry.comment,
        units=tuple(handle_of(one.entitlement_id) for one in told) if size == len(told) else (),
        details=(*details, *words.facts({k: v for k, v in entry.data.items() if k not in TOLD})),
        marks=tuple(f"entry-{handle_of(one.entitlement_id)}-{one.seq}" for one in marked),
    )


def _holders(rows: Rows) -> dict[tuple[str, int], Assignment]:
    """Tell which assignment each entry is about: the one open then, or just ended by it."""
    found: dict[tuple[str, int], Assignment] = {}
    for unit in rows.units:
        mine = iter([one for one in rows.assignments if one.entitlement_id == unit.pk])
        entries = [entry for entry in rows.entries if entry.entitlement_id == unit.pk]
        held: Assignment | None = None
        for entry in sorted(entries, key=lambda one: one.seq):
            if entry.to_state == State.ASSIGNED and entry.from_state not in (
                State.ASSIGNED,
                State.FULFILLED,
            ):
                held = next(mine, None)
            if held is not None:
                found[unit.handle, entry.seq] = held
    return found


def _who(rows: Rows, entry: Entry, held: Assignment | None) -> str:
    if entry.actor_display:
        return entry.actor_display
    if entry.actor_kind == ActorKind.CUSTOMER:
        is_holder = held is not None and str(held.account_id) == entry.actor_id
        return rows.face(held.account.person) if held and is_holder else "customer"
    return entry.actor_id


def _channel(rows: Rows) -> str:
    return rows.connection.name if rows.connection else ""


def _order(rows: Rows) -> Iterator[Event]:
    purchase, who = rows.purchase, _channel(rows)
    if purchase is None or not who:
        return
    paid = purchase.paid_at
    waited = paid is None or paid > purchase.created_at
    stood = "" if not waited else ", not paid yet"
    moments = [
        (min(purchase.created_at, paid or purchase.created_at), "ordered", f"Order came in{stood}"),
        (paid, "paid", "Paid"),
        (purchase.cancelled_at, "cancelled", "Order cancelled"),
    ]
    if paid is None and purchase.payment in (PaymentStatus.FAILED, PaymentStatus.EXPIRED):
        moments.append((purchase.state_as_of, "failed", f"Payment {purchase.payment}"))
    for at, name, what in moments:
        if at is not None:
            money = purchase.amount_total if name == "paid" else None
            reference = purchase.payment_reference if name == "paid" else ""
            yield Event(
                at=at,
                kind=EventKind.ORDER if name == "ordered" else EventKind.MONEY,
                name=name,
                what=what,
                who=who,
                who_kind=ActorKind.CHANNEL,
                amount=money,
                currency=purchase.currency,
                details=words.facts({"payment": reference}),
            )


def _refunds(rows: Rows) -> Iterator[Event]:
    by_reference: dict[str, list[Refund]] = {}
    for refund in rows.refunds:
        by_reference.setdefault(refund.external_reference, []).append(refund)
    for reference, parts in by_reference.items():
        ids = {part.pk for part in parts}
        decided = [one for one in rows.decisions if one.refund_id in ids]
        amount = sum(part.amount for part in parts)
        is_taken = not amount and decided and parts[0].status == RefundStatus.SUCCEEDED
        yield Event(
            at=parts[0].at,
            kind=EventKind.MONEY,
            name=f"refund_{parts[0].status}",
            what=TAKEN_BACK if is_taken else REFUNDS[RefundStatus(parts[0].status)],
            who=_channel(rows),
            who_kind=ActorKind.CHANNEL,
            amount=None if is_taken else amount,
            currency=parts[0].currency,
            units=tuple(handle_of(one.entitlement_id) for one in decided),
            details=words.facts(
                {"refund": reference, "decided": [one.decision for one in decided]}
            ),
        )


def _disputes(rows: Rows) -> Iterator[Event]:
    for dispute in rows.disputes:
        why = f": {dispute.reason.replace('_', ' ')}" if dispute.reason else ""
        was = "Inquiry" if dispute.status.startswith("inquiry") else "Dispute"
        moments = [(dispute.opened_at, "dispute_opened", f"{was} opened{why}", dispute.amount)]
        if dispute.closed_at is not None:
            what = DISPUTES.get(DisputeStatus(dispute.status), "Dispute closed")
            moments.append((dispute.closed_at, f"dispute_{dispute.status}", what, 0))
        for at, name, what, amount in moments:
            yield Event(
                at=at,
                kind=EventKind.MONEY,
                name=name,
                what=what,
                who=_channel(rows),
                who_kind=ActorKind.CHANNEL,
                amount=amount or None,
                currency=dispute.currency,
                details=words.facts({"dispute": dispute.external_reference}),
            )
