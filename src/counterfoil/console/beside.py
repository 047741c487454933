"""What stands beside the entitlements on a trace: money, mails, attempts, cases, notes."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit
from counterfoil.queries import words
from counterfoil.queries._aside import (
    TracedAttempt,
    TracedDelivery,
    TracedException,
    TracedNote,
)
from counterfoil.queries.mail_words import MAILS
from counterfoil.queries.traced import Trace, TracedMoney
from counterfoil.rules.exceptions import kind_named
from counterfoil.rules.orders import RefundStatus
from counterfoil.rules.permissions import Permission

TONES = {
    "sent": "good",
    "queued": "",
    "bounced": "bad",
    "parked": "bad",
    "succeeded": "good",
    "pending": "warn",
    "failed": "bad",
    "open": "bad",
    "won": "good",
    "lost": "bad",
    "ok": "good",
}


def money_of(visit: Visit, told: Trace, money: TracedMoney) -> dict[str, Any]:
    """Give a refund or dispute, with the page on which whoever may decides it."""
    named = {"revoke": _("revoked"), "keep": _("kept"), "pending": _("to be decided")}
    decided = ", ".join(f"{count} {named[name]}" for name, count in money.decisions.items())
    refund = _("Refund") if money.amount or not decided else _("Taken back")
    return {
        "at": money.at,
        "text": refund if money.kind == "refund" else _("Dispute"),
        "amount_minor": money.amount,
        "currency": money.currency,
        "status": money.status.replace("_", " "),
        "tone": TONES.get(money.status, ""),
        "reference": money.reference,
        "detail": decided or money.reason.replace("_", " "),
        "url": _page_of(visit, told, money),
    }


def _page_of(visit: Visit, told: Trace, money: TracedMoney) -> str:
    may_decide = visit.may(Permission.DECIDE_REFUND) and money.status == RefundStatus.SUCCEEDED
    if told.purchase is None or money.kind != "refund" or not may_decide:
        return ""
    return reverse("counterfoil:console-refund", args=[told.purchase.id, money.reference])


def read_by_customer(outcome: str) -> str:
    """Say what the customer read, where it was not the reason itself."""
    if outcome in {"ok", "code_malformed", "too_many_attempts"}:
        return ""
    return _("This code cannot be used here.")


def exception_of(one: TracedException) -> dict[str, Any]:
    """Give an exception, with the way to its page."""
    return {
        "at": one.at,
        "label": kind_named(one.kind).title,
        "summary": kind_named(one.kind).summary,
        "is_open": one.resolved_at is None,
        "owner": one.resolved_by or one.owner,
        "url": reverse("counterfoil:console-exception", args=[one.id]),
    }


def delivery_of(mail: TracedDelivery) -> dict[str, Any]:
    """Give a mail and what became of it."""
    return {
        "at": mail.at,
        "text": words.worded(MAILS, mail.kind),
        "url": reverse("counterfoil:console-mail", args=[mail.id]),
        "to": mail.to,
        "status": _("not needed") if mail.status == "unneeded" else mail.status,
        "tone": TONES.get(mail.status, ""),
        "detail": mail.last_error,
    }


def attempt_of(one: TracedAttempt) -> dict[str, Any]:
    """Give an attempt with its precise outcome, and what the customer was told."""
    return {
        "at": one.at,
        "text": words.worded(words.REFUSALS, one.outcome),
        "tone": TONES.get(one.outcome, "bad"),
        "last_four": one.last_four,
        "channel": one.surface,
        "seen": read_by_customer(one.outcome),
    }


def note_of(note: TracedNote, names: dict[str, str]) -> dict[str, Any]:
    """Give what a colleague wrote, with the name of what it is about where there are several."""
    return {
        "id": note.id,
        "at": note.at,
        "text": note.text,
        "reference": note.reference,
        "author": note.author,
        "about": names.get(note.handle, ""),
        "is_of_case": note.case_id is not None,
    }
