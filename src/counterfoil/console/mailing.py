"""Mails: what became of each, and trying again what has not left."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit, asked, paging, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.errors import DeliveryOver
from counterfoil.models import DeliveryKind
from counterfoil.operations.retry_delivery import retry_delivery
from counterfoil.queries import words
from counterfoil.queries.mail_words import CAUSES, MAILS
from counterfoil.queries.mails import (
    PAGE,
    MailSeen,
    MailsSought,
    MailStatus,
    mails,
    one_mail,
    open_case_of,
)
from counterfoil.rules.permissions import Permission

BADGES = {
    MailStatus.WAITING: ("info", later("waiting")),
    MailStatus.SENT: ("good", later("sent")),
    MailStatus.BOUNCED: ("bad", later("came back")),
    MailStatus.FAILED: ("bad", later("failed")),
    MailStatus.UNNEEDED: ("", later("not needed")),
}


@staff_only()
def list_mails(visit: Visit) -> HttpResponse:
    """
    List mails, the newest first.

    Whose mails are looked for is posted, so that no address of a person is part of one of ours.
    """
    sought = _sought(visit)
    found = mails(sought, before=None if sought.address else paging(visit))
    kept = {"status": sought.status or "", "kind": sought.kind}
    more = urlencode({**{name: one for name, one in kept.items() if one}, "before": ""})
    is_full = len(found) == PAGE and not sought.address
    context = {
        "section": "mails",
        "rows": [_told(one) for one in found],
        "sought": sought,
        "statuses": [(status.value, label) for status, (_tone, label) in BADGES.items()],
        "kinds": [(kind.value, words.worded(MAILS, kind.value)) for kind in DeliveryKind],
        "next_url": f"?{more}{found[-1].id}" if is_full else "",
    }
    return show(visit, "mails", context)


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


def _sought(visit: Visit) -> MailsSought:
    given = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    status, kind = asked(given, "status"), asked(given, "kind")
    return MailsSought(
        status=MailStatus(status) if status in set(MailStatus) else None,
        kind=kind if kind in DeliveryKind else "",
        address=asked(visit.request.POST, "address", 254),
    )


def _told(seen: MailSeen) -> dict[str, Any]:
    tone, status = BADGES[seen.status]
    return {
        "seen": seen,
        "label": words.worded(MAILS, seen.kind),
        "tone": tone,
        "status": status,
        "url": reverse("counterfoil:console-mail", args=[seen.id]),
    }


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
