"""My account: who I am here, what I am written about, and what is kept about me."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info

from counterfoil.models import Account, DeliveryKind
from counterfoil.operations.choose_mails import choose_mails
from counterfoil.operations.sign_out_everywhere import sign_out_everywhere
from counterfoil.operations.unsubscribe import STOPPABLE
from counterfoil.pages.host_sign_in import not_where_the_host_signs_in
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import to_sign_in
from counterfoil.queries.my_data import kept_about
from counterfoil.queries.people import standing_of
from counterfoil.web.visitor import forget

PAGE = "counterfoil:account"


@hosted()
def account(request: PageRequest) -> HttpResponse:
    """Show the account of whoever is signed in; strangers sign in first."""
    visitor = request.visitor
    if visitor.account is None:
        return to_sign_in(reverse(PAGE))
    standing = standing_of(visitor.account)
    context = {
        "page": "account",
        "standing": standing,
        "language": get_language_info(get_language() or "en")["name_local"],
        "now": timezone.now(),
        "wanted": {kind.value: kind.value not in standing.unwanted for kind in STOPPABLE},
    }
    return show(request, "account", context)


@hosted(post_only_beside=PAGE)
def mails(request: PageRequest) -> HttpResponse:
    """Keep which mails are wanted."""
    person = _person(request)
    if person is not None:
        unwanted: list[DeliveryKind] = [one for one in STOPPABLE if one.value not in request.POST]
        by, at = request.visitor.actor, timezone.now()
        choose_mails(person_id=person, unwanted=unwanted, by=by, at=at)
    return redirect(PAGE)


@hosted(post_only_beside=PAGE)
@not_where_the_host_signs_in
def sign_out_all(request: PageRequest) -> HttpResponse:
    """End every session of this account, this one too."""
    visitor = request.visitor
    if visitor.account is not None:
        sign_out_everywhere(account_id=visitor.account.pk, by=visitor.actor, at=timezone.now())
    forget(request)
    return redirect("counterfoil:signed-out")


@hosted(post_only_beside=PAGE)
def my_data(request: PageRequest) -> HttpResponse:
    """Give everything that is kept about whoever is signed in, as a file."""
    visitor = request.visitor
    if visitor.account is None:
        return to_sign_in(reverse(PAGE))
    response = JsonResponse(
        kept_about(visitor.account, now=timezone.now()),
        json_dumps_params={"indent": 1, "ensure_ascii": False},
    )
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def _person(request: PageRequest) -> UUID | None:
    account: Account | None = request.visitor.account
    return None if account is None else account.person_id
