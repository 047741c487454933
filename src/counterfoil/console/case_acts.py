"""What is done about a case from its page; each does one thing, and shows the case afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from counterfoil.console.case_page import case_page, comment_of
from counterfoil.console.doors import Visit, asked, staff_only
from counterfoil.errors import CounterfoilError
from counterfoil.models.cases import WORKS_ON_CASES
from counterfoil.operations.annotate import annotate
from counterfoil.operations.give_back_case import give_back_case
from counterfoil.operations.hand_over_case import hand_over_case
from counterfoil.operations.postpone_case import postpone_case
from counterfoil.operations.take_case import take_case
from counterfoil.playbooks.following import follow, suggestion_of
from counterfoil.playbooks.playbook import Doing
from counterfoil.rules.people import Actor
from counterfoil.rules.remarks import masked_ticket


@staff_only(methods=("POST",))
def follow_suggestion(visit: Visit, case_id: UUID, name: str) -> HttpResponse:
    """Do what the case suggests, if it still says what was shown and the role includes it."""
    mark = asked(visit.request.POST, "mark", 64)
    try:
        chosen = suggestion_of(case_id, name, mark=mark)
    except CounterfoilError as refusal:
        return _refused(visit, case_id, refusal)
    visit.require(chosen.permission)
    try:
        doing = Doing(by=_by(visit), at=timezone.now(), comment=comment_of(visit))
        done = follow(case_id, name, mark=mark, doing=doing)
    except CounterfoilError as refusal:
        return _refused(visit, case_id, refusal)
    tell = messages.success if done.is_settled else messages.info
    tell(visit.request, done.told, fail_silently=True)
    return redirect("counterfoil:console-exception", case_id)


@staff_only(WORKS_ON_CASES, methods=("POST",))
def take(visit: Visit, case_id: UUID) -> HttpResponse:
    """Take a case on."""
    return _done(
        visit,
        case_id,
        lambda: take_case(case_id=case_id, by=visit.operator, at=timezone.now()),
        _("It is yours."),
    )


@staff_only(WORKS_ON_CASES, methods=("POST",))
def give_back(visit: Visit, case_id: UUID) -> HttpResponse:
    """Let one's own case go."""
    return _done(
        visit,
        case_id,
        lambda: give_back_case(case_id=case_id, by=visit.operator, at=timezone.now()),
        _("It is nobody's now; anybody can take it on."),
    )


@staff_only(WORKS_ON_CASES, methods=("POST",))
def hand_over(visit: Visit, case_id: UUID) -> HttpResponse:
    """Give a case to somebody else, or take it over from whoever has it."""
    owner_id = asked(visit.request.POST, "owner", 64)
    seen = asked(visit.request.POST, "seen", 64)
    return _done(
        visit,
        case_id,
        lambda: hand_over_case(
            case_id=case_id,
            owner_id=owner_id,
            seen_owner_id=seen,
            by=visit.operator,
            at=timezone.now(),
        ),
        _("It is yours now.") if owner_id == visit.operator.id else _("It is handed over."),
    )


@staff_only(WORKS_ON_CASES, methods=("POST",))
def postpone(visit: Visit, case_id: UUID) -> HttpResponse:
    """Let a case wait until the end of a day."""
    until = _end_of(asked(visit.request.POST, "until", 10))
    return _done(
        visit,
        case_id,
        lambda: postpone_case(
            case_id=case_id,
            until=until,
            comment=comment_of(visit),
            by=visit.operator,
            at=timezone.now(),
        ),
        _("It is due on that day."),
    )


@staff_only(WORKS_ON_CASES, methods=("POST",))
def remark(visit: Visit, case_id: UUID) -> HttpResponse:
    """Write down something about a case."""
    return _done(
        visit,
        case_id,
        lambda: annotate(
            text=visit.request.POST.get("text", ""),
            reference=asked(visit.request.POST, "ticket", 100),
            case_id=case_id,
            by=visit.operator,
            at=timezone.now(),
        ),
        _("It is written down."),
    )


def _done(visit: Visit, case_id: UUID, do: Callable[[], object], told: str) -> HttpResponse:
    try:
        do()
    except CounterfoilError as refusal:
        return _refused(visit, case_id, refusal)
    messages.success(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-exception", case_id)


def _refused(visit: Visit, case_id: UUID, refusal: CounterfoilError) -> HttpResponse:
    return case_page(visit, case_id, {"form": str(refusal)})


def _by(visit: Visit) -> Actor:
    return replace(visit.operator, case=masked_ticket(visit.request.POST.get("ticket", "")))


def _end_of(text: str) -> datetime:
    """Read a day; what is none is the past, and refused as such."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year > 2999:
        return timezone.now() - timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
