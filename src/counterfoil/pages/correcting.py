"""Correcting who or what something is for, while there is time."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from counterfoil.errors import NotFound
from counterfoil.models import Account, Assignment, Subject
from counterfoil.models.ids import id_of
from counterfoil.models.subject_kinds import kind_for
from counterfoil.operations.correct_subject import correct_subject
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import PAGE, show_unit, to_sign_in, to_unit
from counterfoil.pages.passing_words import REFUSED, told
from counterfoil.pages.subject import (
    FORM_INVALID,
    NEW,
    OWN,
    REFUSALS,
    Form,
    choice_of,
    form_context,
    note,
)
from counterfoil.queries.holdings import Used, assignment_of, use_now

CHANGED = 409


@hosted()
def correct(request: PageRequest, handle: str) -> HttpResponse:
    """Ask who or what it is for instead, and begin anew with that."""
    account = request.visitor.account
    if account is None:
        return to_sign_in(reverse("counterfoil:correct", args=[handle]))
    use, assignment = _held(id_of(handle), account)
    subject = assignment.subject
    if subject is None or (request.method != "POST" and not use.can_correct):
        return to_unit(handle)
    kind = kind_for(assignment.entitlement.terms.terms)
    form = Form(given=_known(subject))
    if request.method == "POST":
        form = Form(given=request.POST.dict(), is_posted=True)
        try:
            correct_subject(
                entitlement_id=use.entitlement_id,
                by=request.visitor.actor,
                at=timezone.now(),
                **choice_of(request, assignment, account, kind, form),
            )
        except REFUSALS as refusal:
            note(form, refusal, kind)
        except REFUSED as refusal:
            more = {"refusal": told(refusal)}
            return show_unit(request, account, use.entitlement_id, more, status=CHANGED)
        else:
            return to_unit(handle)
    context = {"page": PAGE, "use": use, "relation": assignment.relation}
    context |= form_context(request, assignment, account, kind, form)
    return show(request, "correct", context, status=FORM_INVALID if form.is_posted else 200)


def _held(entitlement_id: UUID, account: Account) -> tuple[Used, Assignment]:
    """Give what this account has; anybody else's is not there."""
    use = use_now(entitlement_id, account, now=timezone.now())
    assignment = assignment_of(use.assignment_id, account) if use else None
    if use is None or assignment is None:
        raise NotFound
    return use, assignment


def _known(subject: Subject) -> Mapping[str, str]:
    """Begin with what was said before: most corrections are of a word."""
    if subject.external_reference:
        return {"which": f"{OWN}{subject.pk}"}
    return {"which": NEW, **{name: str(answer) for name, answer in subject.data.items()}}
