"""Asking to be erased, and thinking better of it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.operations.request_erasure import request_erasure
from counterfoil.operations.withdraw_erasure import withdraw_erasure
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import to_sign_in
from counterfoil.queries.people import standing_of, what_stays

PAGE = "counterfoil:erasure"
FORM_INVALID = 422


@hosted()
def erasure(request: PageRequest) -> HttpResponse:
    """Say what erasing means, and take the wish."""
    account = request.visitor.account
    if account is None:
        return to_sign_in(reverse(PAGE))
    if account.person is None:
        return redirect("counterfoil:account")
    errors = {}
    if request.method == "POST":
        if "understood" in request.POST:
            by, at = request.visitor.actor, timezone.now()
            request_erasure(account_id=account.pk, by=by, at=at)
            return redirect(PAGE)
        errors = {"understood": _("Tick this if you are sure.")}
    context = {
        "page": "account",
        "stays": what_stays(account.person),
        "due": standing_of(account).erasure_due,
        "errors": errors,
    }
    return show(request, "erasure", context, status=FORM_INVALID if errors else 200)


@hosted(post_only_beside=PAGE)
def withdraw(request: PageRequest) -> HttpResponse:
    """Take the wish back."""
    visitor = request.visitor
    if visitor.account is not None:
        withdraw_erasure(account_id=visitor.account.pk, by=visitor.actor, at=timezone.now())
    return redirect("counterfoil:account")
