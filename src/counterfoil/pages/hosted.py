"""What every hosted page has in common: its headers, its visitor, its frame, its refusals."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from counterfoil.errors import CounterfoilError, RedemptionRefused
from counterfoil.pages.answers import answer_to
from counterfoil.web.headers import shut_in
from counterfoil.web.languages import frame, read_by
from counterfoil.web.visitor import Visitor, visitor_of

P = ParamSpec("P")


class PageRequest(HttpRequest):
    """A request for a hosted page, whoever is behind it, and the page they are to see it on."""

    visitor: Visitor
    here: str


Page = Callable[Concatenate[PageRequest, P], HttpResponse]


def hosted(
    *, post_only_beside: str = ""
) -> Callable[[Page[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """
    Make a function a hosted page.

    It is open to everybody, whatever the host demands elsewhere, and speaks the language and tells
    the times of whoever looks; what is posted to it, and what it makes of that, stays out of error
    reports; what it refuses is told in the words of :mod:`counterfoil.pages.answers`. A page that
    only takes what is posted names the page beside it, where a plain visit is sent.
    """

    def furnish(page: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        answer = sensitive_variables()(page)

        @login_not_required
        @csrf_protect
        @sensitive_post_parameters()
        @wraps(page)
        def furnished(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            visit = cast("PageRequest", request)
            visit.visitor = visitor_of(request)
            visit.here = reverse(post_only_beside) if post_only_beside else request.get_full_path()
            if post_only_beside and request.method != "POST":
                return with_headers(redirect(post_only_beside))
            chosen = visit.visitor
            with read_by(request, locale=chosen.locale, time_zone=chosen.time_zone):
                try:
                    response = answer(visit, *args, **kwargs)
                except CounterfoilError as refusal:
                    response = refuse(visit, refusal)
                response.headers["Content-Language"] = get_language() or ""
            return with_headers(response)

        return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", furnished)

    return furnish


def with_headers(response: HttpResponse) -> HttpResponse:
    """Put the headers on that keep codes where they are shown."""
    return shut_in(response, referrer="no-referrer")


def show(
    request: PageRequest, name: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page within its frame."""
    around = frame(here=request.here) | {"account_email": request.visitor.called}
    return render(request, f"counterfoil/pages/{name}.html", around | dict(context), status=status)


def refuse(request: PageRequest, refusal: CounterfoilError, *, kind: str = "") -> HttpResponse:
    """Tell a refusal on a page of its own, in other words than the usual ones if need be."""
    answer = answer_to(refusal)
    words = refusal.detail if isinstance(refusal, RedemptionRefused) else ""
    context = {"kind": kind or answer.kind, "retry_at": answer.retry_at, "words": words}
    response = show(request, "message", context, status=answer.status)
    if answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response
