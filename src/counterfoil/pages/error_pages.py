"""Pages for what goes wrong outside of our views; a project names them as its handlers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from counterfoil.pages.hosted import with_headers
from counterfoil.web.languages import frame, read_by


@login_not_required
@requires_csrf_token
def not_read(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400, where not even a form could be read; for ``handler400``."""
    return _message(request, "unread", 400)


@login_not_required
@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404; for ``handler404``."""
    return _message(request, "not_found", 404)


@login_not_required
@requires_csrf_token
def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403; for ``handler403``."""
    return _message(request, "denied", 403)


@login_not_required
@requires_csrf_token
def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500, asking neither database nor session; for ``handler500``."""
    return _message(request, "failed", 500)


@login_not_required
@requires_csrf_token
def not_sent_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without our token; for ``CSRF_FAILURE_VIEW``."""
    return _message(request, "csrf", 403)


def _message(request: HttpRequest, kind: str, status: int) -> HttpResponse:
    with read_by(request):
        context = frame(here="") | {"kind": kind, "languages": ()}
        page = render(request, "counterfoil/pages/message.html", context, status=status)
    return with_headers(page)
