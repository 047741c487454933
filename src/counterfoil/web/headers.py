"""The headers of every page we serve: it loads nothing from elsewhere and is kept nowhere."""

from collections.abc import Mapping

from django.http import HttpResponse

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
OF_A_MAIL = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "",
}


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}".strip() for name, value in policy.items())


HEADERS = {
    "Content-Security-Policy": _written(POLICY),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def shut_in(response: HttpResponse, *, referrer: str) -> HttpResponse:
    """
    Put the headers on that keep what a page shows where it is shown, but for those it has.

    ``referrer`` says whom the next page may be told where its visitor came from.
    """
    for name, value in (HEADERS | {"Referrer-Policy": referrer}).items():
        response.headers.setdefault(name, value)
    return response


def may_frame(response: HttpResponse) -> HttpResponse:
    """Let a page show another of ours within it."""
    response.headers["Content-Security-Policy"] = _written(POLICY | {"frame-src": "'self'"})
    return response


def is_framed(response: HttpResponse) -> HttpResponse:
    """Let a page of ours show this one: a mail, which has styles of its own and does nothing."""
    response.headers["Content-Security-Policy"] = _written(OF_A_MAIL)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
