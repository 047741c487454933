"""Staff come in, and leave."""

from datetime import timedelta

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from counterfoil.conf import conf
from counterfoil.console.doors import Visit, environment, with_headers
from counterfoil.errors import TooManyAttempts
from counterfoil.operations.record_console_sign_in import record_console_sign_in
from counterfoil.queries.console_sign_ins import refuse_trying_passwords
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.permissions import Permission
from counterfoil.web.client import client_address, places_of

ENTRIES = (Permission.USE_CONSOLE, Permission.ACTIVATE_AT_SALE)
SHIFT = timedelta(hours=12)  # staff sign in anew every day


@login_not_required
@csrf_protect
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let staff in by user name and password; too many failures are waited out."""
    if request.method != "POST":
        return with_headers(_form(request))
    username = request.POST.get("username", "")[:150]
    (address, _network), now = places_of(client_address(request)), timezone.now()
    try:
        refuse_trying_passwords(username=username, address=address, at=now)
    except TooManyAttempts as refusal:
        minutes = -(-refusal.retry_after // 60)
        error = _("Too many tries. Wait %(minutes)d minutes.") % {"minutes": minutes}
        response = _form(request, error, status=429)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return with_headers(response)
    password = request.POST.get("password", "")
    user = authenticate(request, username=username, password=password)
    is_staff = isinstance(user, AbstractUser) and user.is_staff
    if not is_staff or not isinstance(user, AbstractUser) or not _may_enter(user):
        record_console_sign_in(username=username, address=address, by=SYSTEM, at=now)
        error = _("User name and password do not fit together, or are not those of staff.")
        return with_headers(_form(request, error, status=403))
    login(request, user)
    request.session.set_expiry(SHIFT)
    by = Visit(request, user).operator
    record_console_sign_in(username=username, address=address, by=by, at=now)
    return with_headers(redirect(_next(request, user)))


@login_not_required
@csrf_protect
@require_http_methods(["POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let staff out."""
    logout(request)
    return with_headers(redirect("counterfoil:console-sign-in"))


def _may_enter(user: AbstractUser) -> bool:
    return any(user.has_perm(one.full_name) for one in ENTRIES)


def _form(request: HttpRequest, error: str = "", *, status: int = 200) -> HttpResponse:
    context = {
        "brand_name": conf.SITE_NAME,
        "environment": environment(),
        "username": request.POST.get("username", "")[:150],
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "errors": {"form": error} if error else {},
    }
    return render(request, "counterfoil/console/sign_in.html", context, status=status)


def _next(request: HttpRequest, user: AbstractUser) -> str:
    wanted = request.POST.get("next", "")
    home = reverse("counterfoil:console-home")
    if not user.has_perm(Permission.USE_CONSOLE.full_name):
        return reverse("counterfoil:console-till")  # the one page that is theirs
    is_ours = wanted.startswith(home) and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=request.is_secure()
    )
    return wanted if is_ours else home
