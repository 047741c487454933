"""My account: who I am here, and what is kept about me."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from counterfoil.operations.sign_out_everywhere import sign_out_everywhere
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import to_sign_in
from counterfoil.web.visitor import forget


@hosted()
def account(request: PageRequest) -> HttpResponse:
    """Show the account of whoever is signed in; strangers sign in first."""
    if request.visitor.account is None:
        return to_sign_in(reverse("counterfoil:account"))
    return show(request, "account", {"page": "account"})


@hosted(post_only_beside="counterfoil:account")
def sign_out_all(request: PageRequest) -> HttpResponse:
    """End every session of this account, this one too."""
    visitor = request.visitor
    if visitor.account is not None:
        sign_out_everywhere(account_id=visitor.account.pk, by=visitor.actor, at=timezone.now())
    forget(request)
    return redirect("counterfoil:signed-out")
