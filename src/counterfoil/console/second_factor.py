"""The steps behind the password: digits, a password of one's own, an authenticator."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from counterfoil.conf import conf
from counterfoil.console.doors import with_headers
from counterfoil.console.entering import (
    Entering,
    Step,
    come_in,
    entering,
    next_step,
    pass_on,
    session_id,
)
from counterfoil.console.guessing import count_failure, refuse_guessing
from counterfoil.console.signing_in import frame, go_on, told_to_wait, wait
from counterfoil.errors import (
    PasswordWeak,
    SecondFactorThere,
    SecondFactorWrong,
    TooManyAttempts,
)
from counterfoil.operations.begin_second_factor import begin_second_factor
from counterfoil.operations.choose_password import choose_password
from counterfoil.operations.confirm_second_factor import confirm_second_factor
from counterfoil.operations.pass_second_factor import pass_second_factor
from counterfoil.queries.staff import factor_of
from counterfoil.rules.permissions import Permission
from counterfoil.rules.second_factors import enrolment_uri, shown
from counterfoil.web.qr import draw

Page = Callable[[HttpRequest, Entering], HttpResponse]


def on_the_way(*steps: Step) -> Callable[[Page], Callable[[HttpRequest], HttpResponse]]:
    """Make a page for whoever is at one of these steps; others are led to theirs."""

    def furnish(page: Page) -> Callable[[HttpRequest], HttpResponse]:
        answer = sensitive_variables()(page)

        @login_not_required
        @csrf_protect
        @sensitive_post_parameters()
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def furnished(request: HttpRequest) -> HttpResponse:
            one = entering(request, at=timezone.now())
            if one is None:
                return with_headers(redirect("counterfoil:console-sign-in"))
            if next_step(one) not in steps:
                return with_headers(go_on(request))
            try:
                return with_headers(answer(request, one))
            except TooManyAttempts as refusal:
                context = {"errors": {"form": told_to_wait(refusal)}}
                response = _show(request, "second_factor", context, status=429)
                return with_headers(wait(refusal, response))

        return furnished

    return furnish


@on_the_way(Step.SECOND_FACTOR)
def ask_second_factor(request: HttpRequest, one: Entering) -> HttpResponse:
    """Ask for the digits of the authenticator, or a recovery code; guessing is waited out."""
    if request.method != "POST":
        return _show(request, "second_factor", {})
    presented, at = request.POST.get("code", "")[:64], timezone.now()
    refuse_guessing(request, one.user.get_username())
    try:
        left = pass_second_factor(user_id=one.user.pk, presented=presented, by=one.actor, at=at)
    except SecondFactorWrong:
        count_failure(request, one.user.get_username())
        error = _("That is not right, or was used before. Wait for the next digits.")
        return _show(request, "second_factor", {"errors": {"form": error}}, status=403)
    pass_on(request)
    request.session["counterfoil_recovery_left"] = left
    return _through(request, one)


@on_the_way(Step.PASSWORD)
def ask_password(request: HttpRequest, one: Entering) -> HttpResponse:
    """Have somebody choose a password nobody else knows."""
    if request.method != "POST":
        return _show(request, "choose_password", {})
    password = request.POST.get("password", "")
    error = "" if password == request.POST.get("again") else _("The two are not the same.")
    if not error:
        try:
            choose_password(
                user_id=one.user.pk,
                password=password,
                by=one.actor,
                at=timezone.now(),
                session_id=session_id(request),
            )
        except PasswordWeak as refusal:
            error = str(refusal)
    if error:
        return _show(request, "choose_password", {"errors": {"form": error}}, status=422)
    one.user.refresh_from_db()
    if request.user.is_authenticated:
        update_session_auth_hash(request, cast("Any", one.user))
    return go_on(request)


@on_the_way(Step.SET_UP, Step.NOTHING)
def set_up(request: HttpRequest, one: Entering) -> HttpResponse:
    """Show what an authenticator needs to know, and take its first digits."""
    if request.method != "POST":
        return _set_up_page(request, one)
    if "code" not in request.POST:
        return _begin(request, one)
    try:
        codes = confirm_second_factor(
            user_id=one.user.pk,
            digits=request.POST["code"][:16],
            by=one.actor,
            at=timezone.now(),
        )
    except SecondFactorThere:
        return redirect("counterfoil:console-access")
    except SecondFactorWrong:
        count_failure(request, one.user.get_username())
        error = _("These are not the digits it should show now. Is the clock of your phone right?")
        return _set_up_page(request, one, error)
    pass_on(request)
    return recovery_codes_page(request, codes, _through(request, one)["Location"])


def recovery_codes_page(
    request: HttpRequest, codes: tuple[str, ...], leads_to: str
) -> HttpResponse:
    """Show recovery codes, this once."""
    context = {"codes": [shown(code) for code in codes], "leads_to": leads_to}
    return _show(request, "recovery_codes", context)


def _begin(request: HttpRequest, one: Entering) -> HttpResponse:
    try:
        begin_second_factor(user_id=one.user.pk, by=one.actor, at=timezone.now())
    except SecondFactorThere:
        return redirect("counterfoil:console-access")
    return redirect("counterfoil:console-set-up")


def _set_up_page(request: HttpRequest, one: Entering, error: str = "") -> HttpResponse:
    context: dict[str, Any] = {"errors": {"form": error} if error else {}}
    factor = factor_of(one.user.pk)
    if factor is not None and factor.confirmed_at is None:
        secret = factor.secret()
        uri = enrolment_uri(secret, username=one.user.get_username(), issuer=conf.SITE_NAME)
        groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        context |= {"qr": draw(uri), "secret": " ".join(groups)}
    is_in = next_step(one) is Step.NOTHING
    return _show(request, "set_up", context | {"is_in": is_in}, status=422 if error else 200)


def _through(request: HttpRequest, one: Entering) -> HttpResponse:
    """Lead on whoever has just shown an authenticator; who is in already stays in."""
    if session_id(request) is not None:
        reads = one.user.has_perm(Permission.USE_CONSOLE.full_name)
        return redirect("counterfoil:console-access" if reads else "counterfoil:console-till")
    passed = Entering(one.user, has_passed=True, wanted=one.wanted)
    step = next_step(passed)
    if step:
        return redirect(f"counterfoil:{step}")
    return redirect(come_in(request, passed, at=timezone.now()))


def _show(
    request: HttpRequest, name: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    template = f"counterfoil/console/{name}.html"
    return render(request, template, frame() | dict(context), status=status)
