"""Staff come in, and leave."""

from typing import cast

from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from counterfoil.conf import conf
from counterfoil.console.doors import asked, environment, with_headers
from counterfoil.console.entering import begin, come_in, entering, may_enter, next_step
from counterfoil.console.guessing import count_failure, refuse_guessing
from counterfoil.errors import TooManyAttempts
from counterfoil.queries.staff import first_password_until


@login_not_required
@csrf_protect
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take user name and password; too many failures are waited out."""
    if request.method != "POST":
        return with_headers(_form(request))
    username = asked(request.POST, "username", 150)
    now = timezone.now()
    try:
        refuse_guessing(request, username)
    except TooManyAttempts as refusal:
        return with_headers(wait(refusal, _form(request, told_to_wait(refusal), status=429)))
    password = request.POST.get("password", "")
    user = cast("AbstractUser | None", authenticate(request, username=username, password=password))
    if user is None or not may_enter(user):
        count_failure(request, username)
        error = _("User name and password do not fit together, or are not those of staff.")
        return with_headers(_form(request, error, status=403))
    until = first_password_until(user.pk)
    if until is not None and until <= now:
        error = _("This first password is over. Ask whoever gave it to you for another one.")
        return with_headers(_form(request, error, status=403))
    begin(request, user, request.POST.get("next", ""), at=now)
    return with_headers(go_on(request))


@login_not_required
@csrf_protect
@require_http_methods(["POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let staff out."""
    logout(request)
    return with_headers(redirect("counterfoil:console-sign-in"))


def go_on(request: HttpRequest) -> HttpResponse:
    """Lead whoever is on the way in to the next step, or in."""
    at = timezone.now()
    one = entering(request, at=at)
    if one is None:
        return redirect("counterfoil:console-sign-in")
    step = next_step(one)
    return redirect(f"counterfoil:{step}" if step else come_in(request, one, at=at))


def told_to_wait(refusal: TooManyAttempts) -> str:
    """Say how long to wait."""
    return _("Too many tries. Wait %(minutes)d minutes.") % {
        "minutes": -(-refusal.retry_after // 60)
    }


def wait(refusal: TooManyAttempts, response: HttpResponse) -> HttpResponse:
    """Say so to machines as well."""
    response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def frame() -> dict[str, str]:
    """Give what every page before the door shows."""
    return {"brand_name": conf.SITE_NAME, "environment": environment()}


def _form(request: HttpRequest, error: str = "", *, status: int = 200) -> HttpResponse:
    context = frame() | {
        "username": request.POST.get("username", "")[:150],
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "has_ended": "ended" in request.GET and not error,
        "errors": {"form": error} if error else {},
    }
    return render(request, "counterfoil/console/sign_in.html", context, status=status)
