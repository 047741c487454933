"""Changing the access of a colleague: roles, passwords, authenticator, the door itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, staff_only
from counterfoil.console.staff import choices, first_password_page, page_of_staff, singles
from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.operations.change_staff_roles import change_staff_roles
from counterfoil.operations.end_staff_sessions import end_staff_sessions
from counterfoil.operations.give_first_password import give_first_password
from counterfoil.operations.lock_out_staff import lock_out_staff
from counterfoil.operations.reset_second_factor import reset_second_factor
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import masked_remark

managing = staff_only(Permission.MANAGE_STAFF, methods=("POST",))


@managing
def change_roles(visit: Visit, user_id: str) -> HttpResponse:
    """Give a colleague other roles."""
    posted = visit.request.POST

    def act() -> None:
        change_staff_roles(
            user_id=user_id,
            roles=posted.getlist("role"),
            singles=posted.getlist("single"),
            by=visit.operator,
            at=timezone.now(),
        )

    return _do(visit, user_id, "roles", act, _("The roles count from now on."))


@managing
def lock_out(visit: Visit, user_id: str) -> HttpResponse:
    """Let a colleague in no more."""

    def act() -> None:
        lock_out_staff(user_id=user_id, **_why(visit))

    return _do(visit, user_id, "lock_out", act, _("They are locked out, and signed out."))


@managing
def reset_factor(visit: Visit, user_id: str) -> HttpResponse:
    """Take away the authenticator a colleague has lost."""

    def act() -> None:
        reset_second_factor(user_id=user_id, **_why(visit))

    return _do(visit, user_id, "factor", act, _("They set up another one when they come in next."))


@managing
def end_sessions(visit: Visit, user_id: str) -> HttpResponse:
    """Sign a colleague out everywhere."""

    def act() -> None:
        end_staff_sessions(user_id=user_id, by=visit.operator, at=timezone.now())

    return _do(visit, user_id, "sessions", act, _("They are signed out everywhere."))


@managing
def first_password(visit: Visit, user_id: str) -> HttpResponse:
    """Give a colleague a password to come in with once more; it is shown once."""
    try:
        password = give_first_password(user_id=user_id, by=visit.operator, at=timezone.now())
    except NotFound:
        raise
    except CounterfoilError as refusal:
        wrong = {"errors": {"password": str(refusal)}}
        return page_of_staff(visit, user_id, wrong, status=422)
    return first_password_page(visit, user_id, password)


def _why(visit: Visit) -> dict[str, Any]:
    reason = masked_remark(visit.request.POST.get("reason", ""))[:200]
    return {"reason": reason, "by": visit.operator, "at": timezone.now()}


def _do(visit: Visit, user_id: str, form: str, act: Callable[[], None], told: str) -> HttpResponse:
    """Do it and come back to the colleague's page, which says what was wrong if anything was."""
    try:
        act()
    except NotFound:
        raise
    except CounterfoilError as refusal:
        wrong: dict[str, Any] = {"errors": {form: str(refusal)}}
        if form == "roles":
            posted = visit.request.POST
            wrong |= {
                "roles": choices(posted.getlist("role")),
                "singles": singles(posted.getlist("single")),
            }
        return page_of_staff(visit, user_id, wrong, status=422)
    messages.success(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-staff-member", user_id)
