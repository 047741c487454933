"""The inbox: what channels sent, what came of it, and having it worked again."""

from typing import Any
from uuid import UUID

from django.contrib import messages as told
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from counterfoil.console.doors import Visit, asked, paging, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.errors import CounterfoilError
from counterfoil.intake.converging import converge_order
from counterfoil.intake.worker import work_message
from counterfoil.models import Connection, Message
from counterfoil.operations.read_message import read_message
from counterfoil.operations.replay_messages import replay_messages
from counterfoil.queries.inbox import (
    PAGE,
    MessageSeen,
    MessageState,
    Sought,
    case_of,
    led_to,
    messages,
    one_message,
    parked_of,
    topics,
)
from counterfoil.rules.permissions import Permission

AT_ONCE = 1_000  # parked messages in one press
STATES = {
    MessageState.WAITING: ("info", later("waiting")),
    MessageState.HANDLED: ("good", later("handled")),
    MessageState.PARKED: ("bad", later("parked")),
}
OUTCOMES = {
    "converged": later("brought our purchase to the order"),
    "nothing_bought": later("nobody has paid yet"),
    "not_ours": later("no order of this connection"),
    "checked": later("the connection was checked"),
    "ignored": later("concerns no order"),
    "test_on_live": later("a test on a live connection; nothing was done"),
}


@staff_only()
def list_messages(visit: Visit) -> HttpResponse:
    """
    List messages, the newest first.

    What is looked for by text is posted, so that it is part of no address.
    """
    sought = _sought(visit)
    found = messages(sought, before=None if sought.text else paging(visit))
    kept = {"connection": sought.slug, "topic": sought.topic, "state": sought.state or ""}
    more = urlencode({**{name: one for name, one in kept.items() if one}, "before": ""})
    is_full = len(found) == PAGE and not sought.text
    context = {
        "section": "inbox",
        "rows": [_told(one) for one in found],
        "sought": sought,
        "connections": list(Connection.objects.order_by("name").values_list("slug", "name")),
        "topics": topics(sought.slug),
        "states": [(state.value, words) for state, (_tone, words) in STATES.items()],
        "may_replay": visit.may(Permission.REPLAY_MESSAGE),
        "next_url": f"?{more}{found[-1].id}" if is_full else "",
    }
    return show(visit, "inbox", context)


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


def _sought(visit: Visit) -> Sought:
    given = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    state = asked(given, "state")
    return Sought(
        slug=asked(given, "connection"),
        topic=asked(given, "topic"),
        state=MessageState(state) if state in set(MessageState) else None,
        text=asked(visit.request.POST, "text"),
    )


def _told(seen: MessageSeen) -> dict[str, Any]:
    tone, state = STATES[seen.state]
    return {
        "seen": seen,
        "tone": tone,
        "state": state,
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
