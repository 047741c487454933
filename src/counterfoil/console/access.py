"""One's own access: where one is signed in, the authenticator, the password."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.entering import session_id
from counterfoil.console.guessing import count_failure, refuse_guessing
from counterfoil.console.second_factor import recovery_codes_page
from counterfoil.console.signing_in import told_to_wait
from counterfoil.errors import CounterfoilError, PasswordWeak, SecondFactorWrong, TooManyAttempts
from counterfoil.operations.choose_password import choose_password
from counterfoil.operations.end_staff_sessions import end_staff_sessions
from counterfoil.operations.renew_recovery_codes import renew_recovery_codes
from counterfoil.queries.staff import has_second_factor, recovery_codes_left, sessions_of


@staff_only(methods=("GET", "HEAD"))
def show_access(visit: Visit) -> HttpResponse:
    """Show how one comes in, and where one is signed in."""
    return _page(visit, {})


@staff_only(methods=("POST",))
def end_session(visit: Visit, one_id: UUID) -> HttpResponse:
    """Sign oneself out somewhere."""
    end_staff_sessions(user_id=visit.staff.pk, only=one_id, by=visit.operator, at=timezone.now())
    messages.success(visit.request, _("That session is over."), fail_silently=True)
    return redirect("counterfoil:console-access")


@staff_only(methods=("POST",))
def end_other_sessions(visit: Visit) -> HttpResponse:
    """Sign oneself out everywhere else."""
    end_staff_sessions(
        user_id=visit.staff.pk,
        besides=session_id(visit.request),
        by=visit.operator,
        at=timezone.now(),
    )
    told = _("You are signed in here and nowhere else.")
    messages.success(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-access")


@staff_only(methods=("POST",))
def change_password(visit: Visit) -> HttpResponse:
    """Choose another password, knowing the one there is; guessing it is waited out."""
    posted = visit.request.POST
    try:
        refuse_guessing(visit.request, visit.staff.get_username())
        if not visit.staff.check_password(posted.get("old", "")):
            count_failure(visit.request, visit.staff.get_username())
            raise PasswordWeak(_("That is not your password now."))
        if posted.get("password") != posted.get("again"):
            raise PasswordWeak(_("The two are not the same."))
        choose_password(
            user_id=visit.staff.pk,
            password=posted.get("password", ""),
            by=visit.operator,
            at=timezone.now(),
            session_id=session_id(visit.request),
        )
    except CounterfoilError as refusal:
        return _refused(visit, "password", refusal)
    visit.staff.refresh_from_db()
    update_session_auth_hash(visit.request, cast("Any", visit.staff))
    told = _("Your password is changed. Everywhere else you are signed out.")
    messages.success(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-access")


@staff_only(methods=("POST",))
def renew_codes(visit: Visit) -> HttpResponse:
    """Give new recovery codes to whoever has the authenticator in hand."""
    presented = visit.request.POST.get("code", "")[:64]
    try:
        refuse_guessing(visit.request, visit.staff.get_username())
        codes = renew_recovery_codes(
            user_id=visit.staff.pk, presented=presented, by=visit.operator, at=timezone.now()
        )
    except SecondFactorWrong as refusal:
        count_failure(visit.request, visit.staff.get_username())
        return _refused(visit, "codes", refusal)
    except TooManyAttempts as refusal:
        return _refused(visit, "codes", refusal)
    there = reverse("counterfoil:console-access")
    return recovery_codes_page(visit.request, codes, there)


def _refused(visit: Visit, form: str, refusal: CounterfoilError) -> HttpResponse:
    if isinstance(refusal, TooManyAttempts):
        return _page(visit, {"errors": {form: told_to_wait(refusal)}}, status=429)
    return _page(visit, {"errors": {form: str(refusal)}}, status=422)


def _page(visit: Visit, more: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    here = session_id(visit.request)
    left = visit.request.session.get("counterfoil_recovery_left")
    context: dict[str, Any] = {
        "section": "access",
        "username": visit.staff.get_username(),
        "has_second_factor": has_second_factor(visit.staff.pk),
        "recovery_left": recovery_codes_left(visit.staff.pk),
        "few_left": left is not None and left < 3,
        "sessions": [
            {"one": one, "is_here": one.pk == here} for one in sessions_of(visit.staff.pk)
        ],
        "errors": {},
    }
    return show(visit, "access", context | dict(more), status=status)
