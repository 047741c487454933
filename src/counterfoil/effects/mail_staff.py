"""Mails to staff: what waits for their approval, the digest of a day, and what is overdue."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterfoil.effects.addresses import console_page
from counterfoil.effects.mail_parts import Content
from counterfoil.effects.staff_news import APPROVAL, DIGEST, OVERDUE
from counterfoil.models import Approval, Delivery
from counterfoil.queries import words
from counterfoil.queries.chain import head
from counterfoil.queries.colleagues import colleague_reading
from counterfoil.queries.digest import Digest, digest, overdue_for
from counterfoil.queries.grant_words import CATEGORIES
from counterfoil.rules.permissions import Permission

Section = dict[str, Any]


def staff_news(delivery: Delivery, at: datetime) -> Content | None:
    """Say what somebody of the staff should know, unless they are none any more or it is over."""
    contact = delivery.target.contact()
    reader = colleague_reading(contact.mail) if contact else None
    if reader is None:
        return None
    event, _colon, about = delivery.cause.partition(":")

    def may(permission: Permission) -> bool:
        return reader.has_perm(permission.full_name)

    match event:
        case "approval" if may(Permission.APPROVE):
            return _approval(UUID(about), str(reader.pk), at)
        case "digest" if may(Permission.VERIFY):
            return _digest(date.fromisoformat(about), at)
        case "overdue":
            takes_all = may(Permission.RESOLVE_EXCEPTION)
            return _overdue(str(reader.pk), at, takes_all=takes_all)
        case _:
            return None


def _approval(request_id: UUID, reader: str, at: datetime) -> Content | None:
    request = Approval.objects.waiting(at).filter(pk=request_id).first()
    if request is None or request.requested_by == reader:
        return None
    asked = request.parameters()
    lines = [(_("Asked by"), request.requested_for)]
    for name, label in (("quantity", _("How many")), ("reason", _("Reason"))):
        if asked.get(name):
            lines.append((label, str(asked[name])))
    return "staff_news", {
        "event": APPROVAL,
        "what": request.kind.replace("_", " "),
        "until": request.expires_at,
        "sections": [_section(_("What is asked for"), lines)],
        "url": console_page("approval", request.pk),
    }


def _digest(today: date, at: datetime) -> Content:
    zone = timezone.get_default_timezone()
    until = datetime.combine(today, time.min, tzinfo=zone)
    since = datetime.combine(today - timedelta(days=1), time.min, tzinfo=zone)
    found, newest = digest(since=since, until=until, now=at), head()
    return "staff_news", {
        "event": DIGEST,
        "day": since,
        "sections": [one for one in _sections(found) if one["lines"]],
        "checkpoint": f"{newest.number}:{newest.hash}" if newest.number else "",
        "url": console_page("ledger"),
    }


def _sections(found: Digest) -> Iterable[Section]:
    given = [
        (
            f"{one.who}, {words.worded(CATEGORIES, one.category)}",
            ngettext("%(n)d in %(grants)d grant", "%(n)d in %(grants)d grants", one.grants)
            % {"n": one.units, "grants": one.grants}
            + (" " + _("(%(n)d of them alone)") % {"n": one.alone} if one.alone else ""),
        )
        for one in found.given
    ]
    yield _section(_("Given without a sale"), given or [(_("Nothing"), "0")])
    yield _section(_("Codes shown in full"), found.shown)
    yield _section(_("Lists and ledgers exported"), found.exports)
    decided = (
        (_("approved"), found.approved),
        (_("rejected"), found.rejected),
        (_("lapsed"), found.lapsed),
        (_("waiting now"), found.waiting),
    )
    yield _section(_("Second persons"), [it for it in decided if it[1]])
    cases = (
        (_("opened"), found.opened),
        (_("closed"), found.closed),
        (_("open now"), found.open),
        (_("overdue now"), found.overdue),
    )
    yield _section(_("Cases"), [it for it in cases if it[1]])


def _overdue(reader: str, at: datetime, *, takes_all: bool) -> Content | None:
    found = overdue_for(reader, now=at, takes_all=takes_all)
    if not found:
        return None
    lines = [(kind.replace("_", " ").capitalize(), str(count)) for kind, count in found]
    return "staff_news", {
        "event": OVERDUE,
        "count": sum(count for _kind, count in found),
        "sections": [_section(_("Overdue"), lines)],
        "url": console_page("exceptions"),
    }


def _section(title: str, lines: Iterable[tuple[str, Any]]) -> Section:
    return {"title": title, "lines": [(label, str(value)) for label, value in lines]}
