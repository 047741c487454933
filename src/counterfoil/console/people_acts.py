"""Doing something for a person: another address, one account of two, erasure."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, staff_only
from counterfoil.console.people import REASONS, page_of_person
from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.intake.joining import merge
from counterfoil.intake.retrying import with_retries
from counterfoil.operations.change_mail import change_mail
from counterfoil.operations.erase_person import erase_person
from counterfoil.queries.people import account_behind, person_of
from counterfoil.rules.people import normalise_mail
from counterfoil.rules.permissions import Permission


@staff_only(Permission.CHANGE_MAIL, methods=("POST",))
def change_address(visit: Visit, person_id: UUID) -> HttpResponse:
    """Let an account be reached at another address."""
    mail = normalise_mail(visit.request.POST.get("mail", ""))
    if mail is None:
        return _wrong(visit, person_id, "change", _("This is not an address that mail can reach."))
    by, at = visit.operator, timezone.now()

    def act(reason: str) -> None:
        account = account_behind(person_id)
        with_retries(
            lambda: change_mail(account_id=account.pk, mail=mail, by=by, at=at, reason=reason)
        )

    told = _("The account is reached at the new address. The old one was told.")
    return _do(visit, person_id, "change", act, told, then=mail)


@staff_only(Permission.MERGE_ACCOUNTS, methods=("POST",))
def merge_into(visit: Visit, person_id: UUID) -> HttpResponse:
    """Let this account have everything that the account of another address has."""
    other = person_of(visit.request.POST.get("mail", "").strip()[:254])
    if other is None:
        return _wrong(visit, person_id, "merge", _("Nobody here is known by this address."))

    def act(reason: str) -> None:
        merge(
            survivor_id=account_behind(person_id).pk,
            merged_id=account_behind(other).pk,
            by=visit.operator,
            at=timezone.now(),
            reason=reason,
        )

    told = _("The two accounts are one. Both addresses were told.")
    return _do(visit, person_id, "merge", act, told)


@staff_only(Permission.ERASE_PERSON, methods=("POST",))
def erase(visit: Visit, person_id: UUID) -> HttpResponse:
    """Destroy the key to somebody's name and address."""
    if "understood" not in visit.request.POST:
        return _wrong(visit, person_id, "erase", _("Tick that you know it cannot be undone."))
    by, at = visit.operator, timezone.now()

    def act(reason: str) -> None:
        with_retries(lambda: erase_person(person_id=person_id, by=by, at=at, reason=reason))

    return _do(visit, person_id, "erase", act, _("Erased. Nobody knows any more who it was."))


def _do(
    visit: Visit,
    person_id: UUID,
    form: str,
    act: Callable[[str], None],
    told: str,
    *,
    then: str = "",
) -> HttpResponse:
    """Do it for a reason, and go to the page of whoever it is now."""
    reason = visit.request.POST.get("reason", "")
    if reason not in dict(REASONS):
        return _wrong(visit, person_id, form, _("Choose why."))
    try:
        act(reason)
    except NotFound:
        raise
    except CounterfoilError as refusal:
        return _wrong(visit, person_id, form, str(refusal))
    messages.success(visit.request, told, fail_silently=True)
    return redirect("counterfoil:console-person", (person_of(then) if then else None) or person_id)


def _wrong(visit: Visit, person_id: UUID, form: str, told: str) -> HttpResponse:
    wrong = {
        "errors": {form: told},
        "mail": visit.request.POST.get("mail", "")[:254],
        "reason": visit.request.POST.get("reason", ""),
    }
    return page_of_person(visit, person_id, wrong, status=422)
