"""The inbox: what channels sent, what came of it, and having it worked again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages as told
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from counterfoil.console.doors import Visit, asked, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.console.listing import File, Listing, Private, show_list
from counterfoil.errors import CounterfoilError
from counterfoil.intake.converging import converge_order
from counterfoil.intake.worker import work_message
from counterfoil.models import Connection, Message
from counterfoil.operations.read_message import read_message
from counterfoil.operations.replay_messages import replay_messages
from counterfoil.queries.inbox import (
    STATE_WORDS,
    MessageFilter,
    MessageSeen,
    MessageState,
    about,
    case_of,
    led_to,
    messages_in_list,
    one_message,
    parked_of,
)
from counterfoil.queries.listing import PAGE
from counterfoil.rules.permissions import Permission

AT_ONCE = 1_000  # parked messages in one press
TONES = {
    MessageState.WAITING: "info",
    MessageState.HANDLED: "good",
    MessageState.PARKED: "bad",
}
OUTCOMES = {
    "converged": later("brought our purchase to the order"),
    "nothing_bought": later("nobody has paid yet"),
    "not_ours": later("no order of this connection"),
    "checked": later("the connection was checked"),
    "ignored": later("concerns no order"),
    "test_on_live": later("a test on a live connection; nothing was done"),
}


def _row(_visit: Visit, seen: MessageSeen) -> dict[str, Any]:
    return _told(seen)


def _cells(seen: MessageSeen) -> Sequence[object]:
    return (
        *(seen.id, seen.slug, seen.message_id, seen.topic, seen.order_reference, seen.pointer),
        *(seen.state.value, seen.outcome, seen.last_error, seen.attempts, seen.acked_at),
        *(seen.handled_at, seen.parked_at),
    )


MESSAGES = Listing(
    name="inbox",
    page="console-inbox",
    title=later("Inbox"),
    about=later(
        "Every authentic message, kept before anything was done about it. What was refused leaves"
        " only a count, at its connection."
    ),
    nothing=later("Nothing has come in yet. As soon as a channel sends a message, it is here."),
    counted=lambda n: ngettext("%(n)s message", "%(n)s messages", n) % {"n": f"{n:,}"},
    sought=MessageFilter,
    read=messages_in_list,
    told=_row,
    template="inbox",
    rows="list_messages",
    at_hand=("connection", "state", "topic", "received_from", "received_until"),
    private=Private(name="text", label=later("Order or message"), narrow=about),
    file=File(
        headings=(
            *("message", "connection", "message_id", "topic", "order", "pointer", "state"),
            *("outcome", "error", "attempts", "received_at", "handled_at", "parked_at"),
        ),
        cells=_cells,
    ),
)


@staff_only()
def list_messages(visit: Visit) -> HttpResponse:
    """
    List messages, the newest first.

    What is looked for by text is posted, so that it is part of no address.
    """
    more = {
        "may_replay": visit.may(Permission.REPLAY_MESSAGE),
        "replay_of": asked(visit.request.GET, "connection", 64),
    }
    return show_list(visit, MESSAGES, more=more)


@staff_only(methods=("GET", "HEAD"))
def show_message(visit: Visit, message_id: UUID) -> HttpResponse:
    """Show one message: how it was verified, what it led to, what went wrong."""
    return show(visit, "message", _context(visit, one_message(message_id)))


@staff_only(Permission.READ_MESSAGE, methods=("POST",))
def show_body(visit: Visit, message_id: UUID) -> HttpResponse:
    """Show the body of a message, personal data masked; that it was read is kept."""
    seen = one_message(message_id)
    body = read_message(message_id=message_id, by=visit.operator, at=timezone.now())
    return show(visit, "message", _context(visit, seen) | {"body": body, "is_read": True})


@staff_only(Permission.REPLAY_MESSAGE, methods=("POST",))
def replay(visit: Visit, message_id: UUID) -> HttpResponse:
    """Work one message at once, and say what came of it."""
    seen = one_message(message_id)
    if seen.state is MessageState.HANDLED:
        _ask_again(visit, seen)
        return redirect("counterfoil:console-message", message_id)
    replay_messages(message_ids=[message_id], by=visit.operator, at=timezone.now())
    message = Message.objects.select_related("connection").get(pk=message_id)
    if work_message(message):
        told.success(visit.request, _("It was handled."), fail_silently=True)
    else:
        again = _("It failed again, and is tried further: %(error)s")
        error = {"error": one_message(message_id).last_error}
        told.warning(visit.request, again % error, fail_silently=True)
    return redirect("counterfoil:console-message", message_id)


@staff_only(Permission.REPLAY_MESSAGE, methods=("POST",))
def replay_many(visit: Visit) -> HttpResponse:
    """Have the chosen messages worked again, or all parked ones of a connection."""
    posted = visit.request.POST
    if slug := asked(posted, "parked_of"):
        chosen = list(parked_of(slug, limit=AT_ONCE))
    else:
        chosen = [one for text in posted.getlist("message")[:PAGE] if (one := _uuid(text))]
    number = replay_messages(message_ids=chosen, by=visit.operator, at=timezone.now())
    if number:
        said = ngettext(
            "%(n)d message is being worked again.", "%(n)d messages are being worked again.", number
        )
        told.success(visit.request, said % {"n": number}, fail_silently=True)
    else:
        nothing = _("None was chosen that waits or is parked. Nothing was done.")
        told.warning(visit.request, nothing, fail_silently=True)
    return redirect("counterfoil:console-inbox")


def _ask_again(visit: Visit, seen: MessageSeen) -> None:
    if not seen.pointer:
        told.warning(visit.request, _("It is about no order."), fail_silently=True)
        return
    try:
        connection = Connection.objects.get(slug=seen.slug)
        converge_order(connection=connection, pointer=seen.pointer, by=visit.operator)
    except CounterfoilError as refusal:
        told.error(visit.request, str(refusal), fail_silently=True)
    else:
        said = _("The channel was asked again how the order stands.")
        told.success(visit.request, said, fail_silently=True)


def _told(seen: MessageSeen) -> dict[str, Any]:
    return {
        "seen": seen,
        "tone": TONES[seen.state],
        "state": STATE_WORDS[seen.state],
        "outcome": OUTCOMES.get(seen.outcome, seen.outcome),
        "url": reverse("counterfoil:console-message", args=[seen.id]),
        "can_replay": seen.state is not MessageState.HANDLED,
    }


def _context(visit: Visit, seen: MessageSeen) -> dict[str, Any]:
    purchase, case = led_to(seen), case_of(seen)
    return {
        "section": "inbox",
        "message": _told(seen),
        "purchase_url": trace_url(str(purchase)) if purchase else "",
        "case_url": reverse("counterfoil:console-exception", args=[case]) if case else "",
        "may_replay": visit.may(Permission.REPLAY_MESSAGE) and bool(seen.pointer),
        "may_read": visit.may(Permission.READ_MESSAGE) and seen.has_body,
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
