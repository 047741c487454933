"""Every address of ours stands apart: from the host's transaction, and from its sign-in."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver

from counterfoil import urls


def addresses(
    patterns: list[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        here = f"{prefix}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, here)
        else:
            yield here, one


def test_no_view_is_within_a_transaction_of_the_host() -> None:
    found = dict(addresses(urls.urlpatterns))
    assert len(found) > 200

    within = [
        path
        for path, one in found.items()
        if "default" not in getattr(one.callback, "_non_atomic_requests", ())
    ]

    assert within == []


def test_no_view_waits_for_the_sign_in_of_the_host() -> None:
    found = addresses(urls.urlpatterns)
    assert [path for path, one in found if getattr(one.callback, "login_required", True)] == []
