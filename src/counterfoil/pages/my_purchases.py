"""My purchases: what somebody bought, what they have, and their codes again."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from counterfoil.errors import NotFound
from counterfoil.models import Account
from counterfoil.models.ids import id_of
from counterfoil.operations.reveal_code import reveal_code
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.queries.holdings import bought_by, is_bought_by, used_by


@hosted()
def my_purchases(request: PageRequest) -> HttpResponse:
    """List what this account bought and has; strangers sign in first."""
    if request.visitor.account is None:
        return to_sign_in(reverse("counterfoil:my-purchases"))
    return show(request, "my_purchases", _context(request.visitor.account))


@hosted(post_only_beside="counterfoil:my-purchases")
def reveal(request: PageRequest, handle: str) -> HttpResponse:
    """
    Show a code of one's own purchase in full, in the answer and nowhere else.

    The answer is the page itself: a redirect would have to keep the code for the next request.
    """
    account, entitlement_id = request.visitor.account, id_of(handle)
    if account is None:
        return to_sign_in(reverse("counterfoil:my-purchases"))
    if not is_bought_by(entitlement_id, account):
        raise NotFound
    code = reveal_code(entitlement_id=entitlement_id, by=request.visitor.actor, at=timezone.now())
    shown = {"revealed": entitlement_id, "code": code}
    return show(request, "my_purchases", _context(account) | shown)


def to_sign_in(back_to: str) -> HttpResponse:
    """Send a stranger to sign in, and back here afterwards."""
    return redirect(f"{reverse('counterfoil:sign-in')}?{urlencode({'next': back_to})}")


def _context(account: Account) -> dict[str, Any]:
    now = timezone.now()
    return {
        "page": "my-purchases",
        "bought": bought_by(account, now=now),
        "used": used_by(account, now=now),
    }
