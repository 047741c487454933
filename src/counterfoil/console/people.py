"""People: found by their address, and what staff may do for them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.queries.people import person_of, person_seen
from counterfoil.rules.people import normalise_mail
from counterfoil.rules.permissions import Permission

REASONS = (
    ("customer_asked", gettext_lazy("the customer asked for it")),
    ("support_case", gettext_lazy("a support case")),
    ("mistake", gettext_lazy("our mistake")),
)


@staff_only()
def find_person(visit: Visit) -> HttpResponse:
    """Ask for an address, and go to whoever reads it; it is posted, so it stands in no log."""
    if visit.request.method != "POST":
        return show(visit, "people", {"section": "people"})
    typed = visit.request.POST.get("mail", "").strip()[:254]
    if normalise_mail(typed) is None:
        told = _("This is not an address that mail can reach.")
        return _again(visit, typed, told)
    found = person_of(typed)
    if found is None:
        return _again(visit, typed, _("Nobody here is known by this address."))
    return redirect("counterfoil:console-person", found)


@staff_only()
def show_person(visit: Visit, person_id: UUID) -> HttpResponse:
    """Show one person, masked, and what may be done for them."""
    return page_of_person(visit, person_id, {})


def page_of_person(
    visit: Visit, person_id: UUID, wrong: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """
    Show one person, with what was wrong with the form that was posted.

    :raises NotFound: if there is none.
    """
    context = {
        "section": "people",
        "seen": person_seen(person_id),
        "reasons": REASONS,
        "may_change": visit.may(Permission.CHANGE_MAIL),
        "may_merge": visit.may(Permission.MERGE_ACCOUNTS),
        "may_erase": visit.may(Permission.ERASE_PERSON),
        "may_read": visit.may(Permission.READ_PERSONAL),
        **wrong,
    }
    return show(visit, "person", context, status=status)


def _again(visit: Visit, typed: str, told: str) -> HttpResponse:
    context = {"section": "people", "mail": typed, "errors": {"mail": told}}
    return show(visit, "people", context, status=422)
