"""The headers of every page we serve: it loads nothing from elsewhere and is kept nowhere."""

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
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def shut_in(response: HttpResponse, *, referrer: str) -> HttpResponse:
    """
    Put the headers on that keep what a page shows where it is shown.

    ``referrer`` says whom the next page may be told where its visitor came from.
    """
    for name, value in (HEADERS | {"Referrer-Policy": referrer}).items():
        response.headers[name] = value
    return response
