"""My purchases: what somebody bought, what they have, and each unit on a page of its own."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from counterfoil.errors import NotFound
from counterfoil.models import Account
from counterfoil.models.ids import id_of
from counterfoil.operations.reveal_code import reveal_code
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.queries.bought_units import Shown, bought, bought_unit, is_bought_by
from counterfoil.queries.holdings import use_now, used_by
from counterfoil.queries.offered import offered_to

PAGE = "my-purchases"


@hosted()
def my_purchases(request: PageRequest) -> HttpResponse:
    """List what this account bought and has; strangers sign in first."""
    account, now = request.visitor.account, timezone.now()
    if account is None:
        return to_sign_in(request.get_full_path())
    wanted = request.GET.get("show", "")
    shown = Shown(wanted) if wanted in list(Shown) else Shown.ALL
    context = {
        "page": PAGE,
        "offers": offered_to(account, now=now),
        "bought": bought(account, shown=shown, page=_number(request, "page"), now=now),
        "used": used_by(account, now=now, page=_number(request, "used")),
    }
    return show(request, "my_purchases", context)


@hosted()
def unit(request: PageRequest, handle: str) -> HttpResponse:
    """Show one unit that somebody bought or has, and what they can do with it."""
    account = request.visitor.account
    if account is None:
        return to_sign_in(request.get_full_path())
    return show_unit(request, account, id_of(handle))


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
    return show_unit(request, account, entitlement_id, {"code": code})


def show_unit(
    request: PageRequest,
    account: Account,
    entitlement_id: UUID,
    more: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """
    Show the page of a unit, with whatever is to be said beside it.

    :raises NotFound: if this account neither bought nor has it.
    """
    now = timezone.now()
    mine = bought_unit(entitlement_id, account, now=now)
    use = use_now(entitlement_id, account, now=now)
    if mine is None and use is None:
        raise NotFound
    named = mine or use
    context = {"page": PAGE, "unit": mine, "use": use, "named": named, "now": now}
    return show(request, "unit", context | dict(more or {}), status=status)


def to_sign_in(back_to: str) -> HttpResponse:
    """Send a stranger to sign in, and back here afterwards."""
    return redirect(f"{reverse('counterfoil:sign-in')}?{urlencode({'next': back_to})}")


def to_unit(handle: str) -> HttpResponse:
    """Go to the page of a unit."""
    return redirect("counterfoil:unit", handle)


def _number(request: PageRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
