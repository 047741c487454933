"""Hold every page to a policy that allows what the site serves, and nothing within a page."""

from collections.abc import Callable
from html.parser import HTMLParser

from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{name} 'self'" for name in ("script-src", "style-src", "img-src", "connect-src")),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
ADDRESSES = {"src", "href", "action", "formaction", "data-src"}


class _Reader(HTMLParser):
    """Notes what the policy would stop."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and not _is_data(given)):
            self.stopped.append(f"<{tag}> with its text in the page")
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.stopped.append(f"{name} on <{tag}>")
            if name in ADDRESSES and (value or "").lower().startswith(("javascript:", "data:")):
                self.stopped.append(f"{value} on <{tag}>")


def _is_data(given: dict[str, str | None]) -> bool:
    return (given.get("type") or "") in {"application/json", "application/ld+json"}


def stopped_in(page: str) -> list[str]:
    """Give what the policy would stop in a page."""
    reader = _Reader()
    reader.feed(page)
    return reader.stopped


def strict(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Put the policy on, and fail where a page needs what it forbids."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        if response.headers.get("Content-Type", "").startswith("text/html"):
            assert stopped_in(response.content.decode()) == [], request.path
        return response

    return answer
