"""An address shown in full: once, to one member of staff, for a reason that is kept."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.console.doors import Visit, asked, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.errors import Denied, NotFound
from counterfoil.models.ids import PREFIX, id_of
from counterfoil.operations.read_personal import read_personal
from counterfoil.queries import words
from counterfoil.queries.people import person_seen
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import TICKET_MAX, masked_ticket

REASONS = ("customer_asked", "mail_not_received", "support_case", "fraud", "compliance", "other")


@staff_only(Permission.READ_PERSONAL)
def read_address(visit: Visit, person_id: UUID) -> HttpResponse:
    """Say what is kept of it and ask why; then show the address, on this page and no other."""
    seen = person_seen(person_id)
    if seen.erased_at is not None:
        raise NotFound("They were erased.")
    answers = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    where = asked(answers, "from")
    context = {
        "section": "people",
        "seen": seen,
        "where": where,
        "back_url": _back(where, person_id),
        "limit": conf.ADDRESS_LIMIT,
        "reasons": [(one, words.worded(words.REASONS, one).capitalize()) for one in REASONS],
        "reason": asked(answers, "reason"),
        "comment": asked(answers, "comment", 1_000),
        "ticket": asked(answers, "ticket", TICKET_MAX),
        "ticket_longest": TICKET_MAX,
        "errors": {},
    }
    if visit.request.method != "POST":
        return show(visit, "read_address", context)
    return _shown(visit, person_id, context)


def _shown(visit: Visit, person_id: UUID, context: dict[str, Any]) -> HttpResponse:
    errors: dict[str, str] = context["errors"]
    if context["reason"] not in REASONS:
        errors["reason"] = _("Choose why.")
    if context["reason"] == "other" and not context["comment"]:
        errors["comment"] = _("Say in a few words what happened.")
    if errors:
        return show(visit, "read_address", context, status=422)
    try:
        contact = read_personal(
            person_id=person_id,
            by=replace(visit.operator, case=masked_ticket(context["ticket"])),
            at=timezone.now(),
            reason=context["reason"],
            comment=context["comment"],
            **_about(context["where"]),
        )
    except Denied as refusal:
        errors["form"] = str(refusal)
        return show(visit, "read_address", context, status=409)
    return show(visit, "read_address", context | {"contact": contact})


def _about(where: str) -> dict[str, UUID]:
    """Say from which trace it was asked, if from one."""
    if where.lower().startswith(PREFIX):
        return {"entitlement_id": id_of(where)}
    try:
        return {"purchase_id": UUID(where)} if where else {}
    except ValueError:
        return {}


def _back(where: str, person_id: UUID) -> str:
    if _about(where):
        return trace_url(where)
    return reverse("counterfoil:console-person", args=[person_id])
