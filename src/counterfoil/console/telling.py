"""How a trace is put: the sentence on top, badges, marks and words for what the records keep."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.queries import words
from counterfoil.queries._steps import TracedStep
from counterfoil.queries.traced import Event, EventKind, Trace, TracedUnit
from counterfoil.rules.lifecycle import HOLDER_STATES, State
from counterfoil.rules.orders import DisputeStatus, PaymentStatus

GOOD, INFO, WARN, BAD, PLAIN = "good", "info", "warn", "bad", ""

CHANNELS: Mapping[str, str] = {
    "native": "our own checkout",
    "stripe": "Stripe",
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
    "partner": "a partner's system",
    "coupled": "a coupled checkout",
    "order_file": "order files",
    "point_of_sale": "a till",
}


STANDINGS: Mapping[str, str] = {
    "done": "done",
    "declined": "not agreed to",
    "open": "open",
    "waiting": "waits for a consent",
}
"""Where steps between claiming and using stand."""

STANDING_TONES: Mapping[str, str] = {"done": GOOD, "declined": WARN}


MARKS: Mapping[str, tuple[str, str]] = {
    "issue": ("ticket", GOOD),
    "grant": ("ticket", GOOD),
    "mint": ("box", PLAIN),
    "activate_at_sale": ("ticket", GOOD),
    "redeem": ("user", INFO),
    "assign": ("user", INFO),
    "complete_subject": ("user", INFO),
    "complete_step": ("check", INFO),
    "decline_step": ("cross", WARN),
    "confirm_fulfilment": ("check", GOOD),
    "confirm_removal": ("box", PLAIN),
    "unassign": ("undo", WARN),
    "replace_code": ("swap", WARN),
    "reveal_code": ("eye", WARN),
    "collect_codes": ("eye", WARN),
    "revoke": ("cross", BAD),
    "reinstate": ("undo", GOOD),
    "decide_refund": ("money", WARN),
    "correct_buyer": ("mail", WARN),
    "place_hold": ("pause", WARN),
    "lift_hold": ("play", GOOD),
    "extend": ("calendar", INFO),
    "ordered": ("box", PLAIN),
    "paid": ("money", GOOD),
    "cancelled": ("cross", BAD),
    "failed": ("cross", BAD),
    "refund_succeeded": ("undo", WARN),
    "refund_pending": ("clock", WARN),
    "refund_failed": ("alert", BAD),
    "dispute_opened": ("alert", BAD),
    "dispute_won": ("check", GOOD),
    "dispute_lost": ("cross", BAD),
    "sent": ("mail", PLAIN),
    "queued": ("clock", PLAIN),
    "bounced": ("mail", BAD),
    "undelivered": ("mail", BAD),
    "unneeded": ("mail", PLAIN),
    "asked": ("clock", PLAIN),
    "approved": ("check", GOOD),
    "rejected": ("cross", BAD),
    "opened": ("alert", WARN),
    "resolved": ("check", GOOD),
}
BY_KIND = {
    EventKind.ATTEMPT: ("cross", BAD),
    EventKind.MESSAGE: ("arrow", PLAIN),
    EventKind.NOTE: ("note", INFO),
    EventKind.READING: ("eye", WARN),
    EventKind.DOWNSTREAM: ("alert", BAD),
}


def mark(event: Event) -> tuple[str, str]:
    """Give the icon and the tone of an event."""
    return BY_KIND.get(event.kind) or MARKS.get(event.name, ("note", PLAIN))


def standing(counts: Mapping[State, int], payment: str) -> tuple[str, str]:
    """Say in two or three words how a purchase stands, and in which tone."""
    total, gone = sum(counts.values()), counts.get(State.REVOKED, 0)
    used = sum(counts.get(state, 0) for state in HOLDER_STATES)
    if not total:
        if payment == PaymentStatus.PAID:
            return _("nothing issued"), WARN
        return _("not paid"), PLAIN
    if gone == total:
        return _("revoked"), BAD
    if not used:
        return ngettext("unassigned", "%(n)d unassigned", total - gone) % {"n": total - gone}, GOOD
    if used == total:
        return _("in use"), INFO
    return _("%(used)d of %(total)d in use") % {"used": used, "total": total - gone}, INFO


def headline(trace: Trace) -> str:
    """Say in a sentence or two how everything stands."""
    parts = [part for part in (_payment(trace), _units(trace), *_troubles(trace)) if part]
    return " ".join(parts)


def _payment(trace: Trace) -> str:
    purchase = trace.purchase
    if purchase is None:
        return _("Printed, and not sold yet.")
    if purchase.grant is not None:
        given = {"who": purchase.grant.issued_by, "day": words.day(purchase.created_at)}
        return _("Given without a sale by %(who)s on %(day)s.") % given
    if purchase.paid_at is not None:
        return _("Paid on %(day)s.") % {"day": words.day(purchase.paid_at)}
    return {
        PaymentStatus.AWAITING.value: _("The payment is on its way; nothing is issued before."),
        PaymentStatus.FAILED.value: _("The payment failed."),
        PaymentStatus.EXPIRED.value: _("The checkout was left and has expired."),
    }.get(purchase.payment, _("Not paid."))


def _units(trace: Trace) -> str:
    counts, total = trace.counts, trace.unit_count
    used = sum(counts.get(state, 0) for state in HOLDER_STATES)
    gone = counts.get(State.REVOKED, 0)
    free = total - used - gone
    if not total:
        paid = trace.purchase is not None and trace.purchase.paid_at is not None
        return _("Nothing was issued.") if paid else ""
    if total == 1:
        return _one(trace.units[0])
    holders = {unit.holder for unit in trace.units if unit.holder}
    by = _(" by %(who)s") % {"who": min(holders)} if len(holders) == 1 else ""
    said = [
        (used, ngettext("%(n)d is in use%(by)s", "%(n)d are in use%(by)s", used)),
        (free, ngettext("%(n)d is unassigned", "%(n)d are unassigned", free)),
        (gone, ngettext("%(n)d is revoked", "%(n)d are revoked", gone)),
    ]
    told = ", ".join(text % {"n": count, "by": by} for count, text in said if count)
    return _("Of %(total)d entitlements %(told)s.") % {"total": total, "told": told}


def _one(unit: TracedUnit) -> str:
    if unit.state in HOLDER_STATES:
        subject = _(" for %(name)s") % {"name": unit.subject} if unit.subject else ""
        return _("It is in use by %(who)s%(subject)s.") % {"who": unit.holder, "subject": subject}
    if unit.state is State.REVOKED:
        return _("It is revoked.")
    if "expired" in unit.flags:
        return _("Nobody used it, and it has expired.")
    return _("Nobody has used it yet.")


def _troubles(trace: Trace) -> Iterable[str]:
    if any(one.kind == "dispute" and one.status == DisputeStatus.OPEN for one in trace.money):
        yield _("The payment is disputed.")
    holds = {f"{hold.kind} {hold.reference}".strip() for one in trace.units for hold in one.holds}
    if holds:
        yield _("On hold: %(why)s.") % {"why": ", ".join(sorted(holds)[:3])}
    if any(mail.status in {"bounced", "parked"} for mail in trace.deliveries):
        yield _("A mail did not arrive.")


def code_state(unit: TracedUnit) -> str:
    """Say what the code is good for, and how often it was replaced."""
    if not unit.code_state:
        return ""
    state = words.worded({"live": _("live"), "spent": _("spent")}, unit.code_state)
    if not unit.replaced_count:
        return state
    times = ngettext("replaced once", "replaced %(n)d times", unit.replaced_count)
    return f"{state}, {times % {'n': unit.replaced_count}}"


def step_title(step: TracedStep) -> str:
    """Name a step as its product does, and what sort it is."""
    kind = step.kind.replace("_", " ")
    return kind if step.key == step.kind else f"{step.key} ({kind})"
