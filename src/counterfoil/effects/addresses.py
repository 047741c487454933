"""Where the links in mails lead."""

from uuid import UUID

from django.urls import NoReverseMatch, reverse

from counterfoil.conf import conf


def claim_page() -> str:
    """Give the page where a code is typed; followed by ``#`` and a token it is a link."""
    return _page("claim", "/c")


def portal_page() -> str:
    """Give the page where partners see what they have, and hand it out."""
    return _page("portal", "/portal/")


def my_purchases_page() -> str:
    """Give the page where buyers find what they bought."""
    return _page("my-purchases", "/my/")


def transfer_page(transfer_id: UUID) -> str:
    """Give the page where an offer is answered; its address is no secret, signing in is asked."""
    return _page("transfer", f"/transfer/{transfer_id}/", transfer_id)


def stop_page(token: str) -> str:
    """Give the page where mails of a kind are stopped."""
    return _page("unsubscribe", f"/mails/stop/{token}/", token)


def account_page() -> str:
    """Give the page of one's own account."""
    return _page("account", "/account/")


def gift_page(handle: str) -> str:
    """Give the page where whoever gives something sees what became of it, and changes it."""
    return _page("gift", f"/my/{handle}/gift/", handle)


def console_page(name: str, *given: UUID | str) -> str:
    """Give a page of the console; whoever opens it signs in first."""
    return _page(f"console-{name}", "/console/", *given)


def _page(name: str, otherwise: str, *given: UUID | str) -> str:
    try:
        path = reverse(f"counterfoil:{name}", args=given)
    except NoReverseMatch:  # the host answers these pages itself
        path = otherwise
    return f"{conf.SITE_URL}{path}"
