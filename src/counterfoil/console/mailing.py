"""Mails: what became of each, and trying again what has not left."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.console.listing import File, Listing, Private, show_list
from counterfoil.errors import DeliveryOver
from counterfoil.models import DeliveryKind
from counterfoil.operations.retry_delivery import retry_delivery
from counterfoil.queries import words
from counterfoil.queries.mail_words import CAUSES, MAILS
from counterfoil.queries.mails import (
    STATUS_WORDS,
    MailFilter,
    MailSeen,
    MailStatus,
    mails_in_list,
    one_mail,
    open_case_of,
    to_address,
)
from counterfoil.rules.permissions import Permission

TONES = {
    MailStatus.WAITING: "info",
    MailStatus.SENT: "good",
    MailStatus.BOUNCED: "bad",
    MailStatus.FAILED: "bad",
    MailStatus.UNNEEDED: "",
}


def _told(seen: MailSeen) -> dict[str, Any]:
    return {
        "seen": seen,
        "label": words.worded(MAILS, seen.kind),
        "tone": TONES[seen.status],
        "status": STATUS_WORDS[seen.status],
        "url": reverse("counterfoil:console-mail", args=[seen.id]),
    }


def _row(_visit: Visit, seen: MailSeen) -> dict[str, Any]:
    return _told(seen)


def _cells(seen: MailSeen) -> Sequence[object]:
    return (
        *(seen.id, seen.kind, seen.status.value, seen.to, seen.trace, seen.created_at),
        *(seen.due_at, seen.sent_at, seen.bounced_at, seen.attempts, seen.last_error),
    )


MAILS_LIST = Listing(
    name="mails",
    page="console-mails",
    title=later("Mails"),
    about=later(
        "One row for every mail, and what became of it. Nothing of what stood in it is kept, and"
        " nobody counts who opens it."
    ),
    nothing=later("No mail was made yet."),
    counted=lambda n: ngettext("%(n)s mail", "%(n)s mails", n) % {"n": f"{n:,}"},
    sought=MailFilter,
    read=mails_in_list,
    told=_row,
    template="mails",
    rows="list_mails",
    at_hand=("status", "kind", "made_from", "made_until"),
    private=Private(
        name="address", label=later("To this address"), narrow=to_address, inputmode="email"
    ),
    file=File(
        headings=(
            *("mail", "kind", "status", "to", "about", "made_at", "due_at", "sent_at"),
            *("came_back_at", "attempts", "error"),
        ),
        cells=_cells,
    ),
)


@staff_only()
def list_mails(visit: Visit) -> HttpResponse:
    """
    List mails, the newest first.

    Whose mails are looked for is posted, so that no address of a person is part of one of ours.
    """
    return show_list(visit, MAILS_LIST)


@staff_only(methods=("GET", "HEAD"))
def show_mail(visit: Visit, delivery_id: UUID) -> HttpResponse:
    """Show one mail: to whom, what for, what became of it, and what can be done."""
    seen = one_mail(delivery_id)
    case = open_case_of(delivery_id)
    context = {
        "section": "mails",
        "mail": _told(seen),
        "cause": words.worded(CAUSES, seen.cause),
        "advice": _advice(seen),
        "trace_url": trace_url(seen.trace) if seen.trace else "",
        "case_url": reverse("counterfoil:console-exception", args=[case]) if case else "",
        "may_retry": visit.may(Permission.RESEND_CODE) and seen.can_retry,
    }
    return show(visit, "mail", context)


@staff_only(Permission.RESEND_CODE, methods=("POST",))
def retry(visit: Visit, delivery_id: UUID) -> HttpResponse:
    """Have a mail that has not left yet tried again at once."""
    try:
        retry_delivery(delivery_id=delivery_id, by=visit.operator, at=timezone.now())
    except DeliveryOver as refusal:
        messages.warning(visit.request, str(refusal), fail_silently=True)
    else:
        messages.success(visit.request, _("It is tried again now."), fail_silently=True)
    return redirect("counterfoil:console-mail", delivery_id)


def _advice(seen: MailSeen) -> str:
    """Say what can be done about it."""
    match seen.status:
        case MailStatus.BOUNCED if seen.kind == DeliveryKind.GIFT:
            return _(
                "The address of the recipient does not work. Whoever gives it can correct it, and"
                " so can you, on the trace: the old link dies, and a new mail is sent."
            )
        case MailStatus.BOUNCED:
            return _(
                "The address does not work; nothing else has changed. Ask for the right one, and"
                " send what stood in it anew from the trace."
            )
        case MailStatus.FAILED:
            return _(
                "It was tried ten times over a day and is not tried any more. Once the mail server"
                " is well again, have it tried now."
            )
        case MailStatus.WAITING if seen.attempts:
            return _("It failed and is tried again by itself, less and less often.")
        case MailStatus.WAITING if seen.due_at > timezone.now():
            return _("It waits for its day.")
        case MailStatus.UNNEEDED:
            return _("When it was due there was nothing left to say: nothing has to be done.")
        case _:
            return ""
