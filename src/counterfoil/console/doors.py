"""What every console page has in common: who may enter, the headers, the frame."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from counterfoil.conf import conf
from counterfoil.console.entering import Step, operator, standing
from counterfoil.console.menu import groups
from counterfoil.errors import Denied, NotFound
from counterfoil.models import Connection
from counterfoil.queries.approvals import count_waiting
from counterfoil.queries.exceptions import count_open
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import Permission
from counterfoil.web.headers import shut_in
from counterfoil.web.languages import read_by_staff

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a console page, and the member of staff behind it."""

    request: HttpRequest
    staff: AbstractUser

    @property
    def operator(self) -> Actor:
        """Give whom acts are attributed to."""
        return operator(self.staff)

    def may(self, permission: Permission) -> bool:
        """Tell whether the role includes this; who is no staff has none."""
        return self.staff.is_staff and self.staff.has_perm(permission.full_name)

    def require(self, permission: Permission) -> None:
        """
        Refuse whoever's role does not include this.

        :raises Denied: saying in words what is missing.
        """
        if not self.may(permission):
            raise Denied(permission.words)


Page = Callable[Concatenate[Visit, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_only(
    *permissions: Permission,
    entry: Permission = Permission.USE_CONSOLE,
    methods: tuple[str, ...] = ("GET", "HEAD", "POST"),
) -> Callable[[Page[P]], View[P]]:
    """
    Make a function a console page, for staff who may use the console and have these permissions.

    ``entry`` is what lets somebody in who need not read everything, such as at a till. Strangers
    are asked to sign in, everybody else is told what their role lacks. What is posted, and what
    the page makes of it, stays out of error reports, and nothing is kept by the browser.
    """
    needed = (entry, *permissions)

    def furnish(page: Page[P]) -> View[P]:
        answer = sensitive_variables()(page)

        @login_not_required
        @csrf_protect
        @sensitive_post_parameters()
        @require_http_methods(methods)
        @wraps(page)
        def furnished(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = request.user
            if not user.is_authenticated:
                return with_headers(_ask_to_sign_in(request))
            visit = Visit(request, cast("AbstractUser", user))
            if user.is_staff and (step := standing(request, visit.staff)):
                return with_headers(_lead_to(request, step))
            with read_by_staff(request):
                try:
                    for permission in needed:
                        visit.require(permission)
                    response = answer(visit, *args, **kwargs)
                except Denied as refusal:
                    response = _refuse(visit, "denied", 403, refusal.detail)
                except NotFound:
                    response = _refuse(visit, "not_found", 404, "")
            return with_headers(response)

        view = cast("View[P]", furnished)
        vars(view)["permissions"] = needed
        return view

    return furnish


def _ask_to_sign_in(request: HttpRequest, **more: str) -> HttpResponse:
    come_back = {"next": request.path} if request.method == "GET" else {}
    query = urlencode(come_back | more)
    return redirect(reverse("counterfoil:console-sign-in") + (f"?{query}" if query else ""))


def _lead_to(request: HttpRequest, step: Step) -> HttpResponse:
    if step is not Step.SIGN_IN:
        return redirect(f"counterfoil:{step}")
    logout(request)
    return _ask_to_sign_in(request, ended="1")


def _refuse(visit: Visit, kind: str, status: int, needs: str) -> HttpResponse:
    return show(visit, "denied", {"kind": kind, "needs": needs}, status=status)


def with_headers(response: HttpResponse) -> HttpResponse:
    """Put the headers on that keep what is shown where it is shown."""
    return shut_in(response, referrer="same-origin")


def paging(visit: Visit, name: str = "before") -> UUID | None:
    """Give the row before (or after) which a page of a list begins, as its address says."""
    try:
        return UUID(visit.request.GET.get(name, ""))
    except ValueError:
        return None


def asked(values: QueryDict, name: str, limit: int = 200) -> str:
    """Give what was asked for under this name, as much of it as means anything to the database."""
    return values.get(name, "").replace("\x00", "").strip()[:limit]


def environment() -> str:
    """Say whether real money moves here: one connection that is not for tests is enough."""
    return "LIVE" if Connection.objects.usable().filter(is_test=False).exists() else "TEST"


def show(visit: Visit, name: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a page within its frame; whoever may not enter sees no figures."""
    counts = _counts(visit)
    frame = {
        "brand_name": conf.SITE_NAME,
        "environment": environment(),
        "operator": visit.operator.display,
        "menu": groups(visit.may, context.get("section", ""), counts),
        **counts,
    }
    template = f"counterfoil/console/{name}.html"
    return render(visit.request, template, frame | dict(context), status=status)


def _counts(visit: Visit) -> dict[str, int]:
    reads = visit.may(Permission.USE_CONSOLE)
    decides = reads and visit.may(Permission.APPROVE)
    return {
        "open_exceptions": count_open() if reads else 0,
        "approvals": count_waiting(now=timezone.now(), besides=visit.operator.id) if decides else 0,
    }
