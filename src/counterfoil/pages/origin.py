"""Where a code was presented from, as far as guesses are counted by it."""

import hashlib

from counterfoil.pages.hosted import PageRequest
from counterfoil.rules.people import Origin
from counterfoil.web.client import client_address, places_of

SURFACE = "page"


def origin_of(request: PageRequest) -> Origin:
    """Say where this request comes from."""
    address, network = places_of(client_address(request))
    return Origin(
        surface=SURFACE,
        session=_session(request),
        address=address,
        network=network,
        account_id=request.visitor.account_id,
    )


def _session(request: PageRequest) -> str:
    """
    Hash what tells one browser from another: account, session, or the token of its forms.

    A stranger gets no session for having guessed; the token every form needs is there anyway.
    """
    if account_id := request.visitor.account_id:
        mark = f"account:{account_id}"
    elif key := request.session.session_key:
        mark = f"session:{key}"
    elif token := request.META.get("CSRF_COOKIE"):
        mark = f"form:{token}"
    else:
        return ""
    return hashlib.sha256(mark.encode()).hexdigest()
